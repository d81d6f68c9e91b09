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
        (S::Concluded, vec![A::ApproveReport, A::Object], None),
        (S::Cancelled, vec![], None),
    ] {
        assert_eq!(first_of(state, &can), expected, "{state} {can:?}");
    }
}

#[test]
fn what_waits_is_looked_for_where_it_can_be() {
    for (response, states) in LOOKED_AT {
        let over = states.iter().any(|state| matches!(state, S::Draft | S::Cancelled | S::Declined));
        assert!(!over && *response != Response::Declined);
    }
    for (_, state, _) in WAITING {
        assert!(LOOKED_AT.iter().all(|(_, states)| state.is_none_or(|state| states.contains(&state))));
    }
}

#[test]
fn each_is_due_on_its_day() {
    let days = Days {
        starts_on: day("2025-07-04"),
        ends_on: day("2025-07-06"),
        held_on: Some(day("2025-07-05")),
        asked_on: day("2025-07-20"),
    };
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
        assert_eq!(due(action, state, &days, they_ask), Some((day(due_on), stage)), "{action}");
    }
    let unheld = Days { held_on: None, ..days };
    assert_eq!(
        due(InboxAction::SubmitReport, S::Held, &unheld, false),
        Some((day("2025-07-18"), Stage::Unreported { on }))
    );
    assert_eq!(commitments_until(on), day("2025-07-18"));
    assert_eq!(later(day("2200-12-25"), 14), day("2200-12-25"));
}
