use super::*;

fn day(text: &str) -> CalendarDate {
    text.parse().unwrap()
}

#[test]
fn the_first_thing_to_be_done_waits() {
    for (state, can, expected) in [
        (S::Draft, vec![A::Propose], None),
        (S::Proposed, vec![A::Accept, A::Decline, A::Reschedule, A::Cancel], Some(InboxAction::Accept)),
        (S::Proposed, vec![A::Reschedule, A::Cancel, A::RecordHeld], None),
        (S::Accepted, vec![A::Reschedule, A::Cancel], None),
        (S::Accepted, vec![A::Reschedule, A::Cancel, A::Hold], Some(InboxAction::Hold)),
        (S::Accepted, vec![A::Accept, A::Decline, A::Hold], Some(InboxAction::Accept)),
        (S::Held, vec![A::SubmitReport, A::UndoHold], Some(InboxAction::SubmitReport)),
        (S::Held, vec![A::Accept, A::Object, A::SubmitReport], Some(InboxAction::Accept)),
        (S::Reported, vec![A::SubmitReport], None),
        (S::Reported, vec![A::SubmitReport, A::ReturnReport], None),
        (S::Reported, vec![A::SubmitReport, A::ApproveReport], Some(InboxAction::ApproveReport)),
        (S::Reported, vec![A::SubmitReport, A::Conclude], Some(InboxAction::Conclude)),
        (S::Concluded, vec![A::Accept, A::Object], Some(InboxAction::Accept)),
        (S::Concluded, vec![A::ApproveReport, A::Object], Some(InboxAction::ApproveReport)),
        (S::Concluded, vec![A::Object], None),
        (S::Cancelled, vec![], None),
    ] {
        assert_eq!(first_of(state, &can), expected, "{state} {can:?}");
    }
}

/// Whatever the parties said: what waits by a day is found by that day, and what waits by none is a word that is
/// missing of what is over.
#[test]
fn what_waits_is_found_by_its_day() {
    let (own, other) = (OrganisationId(Uuid::from_u128(1)), OrganisationId(Uuid::from_u128(2)));
    let days = days();
    let party = |organisation, side, response, approval| Party {
        organisation,
        side,
        response,
        accepted_version: None,
        responded_by: None,
        approval,
        approved_version: None,
        approved_by: None,
        has_answered: true,
        active: true,
    };
    let (mut dated, mut late) = (0, 0);
    for (state, response, approval) in S::ALL.iter().flat_map(|state| {
        let of = move |response| ReportApproval::ALL.iter().map(move |one| (*state, response, *one));
        [Response::Pending, Response::Accepted, Response::Declined].into_iter().flat_map(of)
    }) {
        for (their_approval, author) in
            ReportApproval::ALL.iter().flat_map(|one| [(*one, own), (*one, other)])
        {
            let today = day("2025-09-30");
            let now: crate::types::Instant = "2025-09-30T10:00:00Z".parse().unwrap();
            let visit = Standing {
                state,
                author,
                date: days.starts_on,
                today,
                now,
                last: None,
                held: None,
                asked_at: Some("2025-07-20T10:00:00Z".parse().unwrap()),
                submitted: true,
                reminders: 2,
                parties: vec![
                    party(own, Side::Visitor, response, approval),
                    party(other, Side::Host, Response::Accepted, their_approval),
                ],
            };
            let by = crate::visits::rules::due::waits_until(state, &visit.parties[0], &days);
            match of_visit(Uuid::nil(), &visit, own, &days, other) {
                Some(Waiting { due_on: Some(due_on), .. }) => {
                    assert_eq!(by, Some(due_on), "{state} {response} {approval}");
                    dated += 1;
                }
                Some(Waiting { action, .. }) => {
                    assert_eq!((action, state, by), (InboxAction::ApproveReport, S::Concluded, None));
                    assert_eq!(approval, ReportApproval::NoAnswer, "{response}");
                    late += 1;
                }
                None => {}
            }
        }
    }
    assert!(dated > 50 && late > 0, "{dated} {late}");
}

fn days() -> Days {
    Days {
        starts_on: day("2025-07-04"),
        ends_on: day("2025-07-06"),
        held_on: day("2025-07-05"),
        asked_on: day("2025-07-20"),
    }
}

#[test]
fn each_is_due_on_its_day() {
    let days = days();
    let (on, held) = (days.starts_on, day("2025-07-05"));
    let since = days.asked_on;
    for (action, state, they_ask, due_on, stage) in [
        (InboxAction::Accept, S::Proposed, true, "2025-07-04", Stage::AskedFor { on }),
        (InboxAction::Accept, S::Proposed, false, "2025-07-04", Stage::Unanswered { on }),
        (InboxAction::Accept, S::Accepted, true, "2025-07-04", Stage::AskedFor { on }),
        (InboxAction::Accept, S::Held, true, "2025-07-04", Stage::HeldUnanswered { on: held }),
        (InboxAction::Accept, S::Concluded, false, "2025-07-04", Stage::HeldUnanswered { on: held }),
        (InboxAction::Hold, S::Accepted, false, "2025-07-06", Stage::Come),
        (InboxAction::SubmitReport, S::Held, false, "2025-07-19", Stage::Unreported { on: held }),
        (InboxAction::ApproveReport, S::Reported, false, "2025-08-19", Stage::Unapproved { since }),
        (InboxAction::Conclude, S::Reported, false, "2025-08-19", Stage::Silent { since }),
    ] {
        assert_eq!(due(action, state, &days, they_ask), Some((Some(day(due_on)), stage)), "{action}");
    }
    let late = due(InboxAction::ApproveReport, S::Concluded, &days, false);
    assert_eq!(late, Some((None, Stage::ConcludedUnapproved)));
    assert_eq!(commitments_until(on), day("2025-07-18"));
    assert_eq!(later(day("2200-12-25"), 14), day("2200-12-25"));
}
