//! Every cell of the table: each state × action × kind of party.

use super::effects::{self, Versions};
use super::*;
use crate::visits::codes::VisitVisibility;
use uuid::Uuid;

fn organisation(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(100 + n))
}

fn actor(n: u128) -> Actor {
    Actor { organisation: organisation(n), user: user(n) }
}

fn party(n: u128, side: Side, response: Response) -> Party {
    Party {
        organisation: organisation(n),
        side,
        response,
        accepted_version: None,
        responded_by: (response != Response::Pending).then(|| user(n)),
        approval: ReportApproval::Pending,
        approved_version: None,
        approved_by: None,
        has_answered: response != Response::Pending,
        active: true,
    }
}

/// Author 1 visits; 2 was asked; 3 has declined.
fn visit(state: VisitState) -> Standing {
    let asked = if matches!(state, S::Draft | S::Proposed) { Response::Pending } else { Response::Accepted };
    let author = if state == S::Draft { Response::Pending } else { Response::Accepted };
    let day = CalendarDate::new(2025, 7, 4).unwrap();
    Standing {
        state,
        author: organisation(1),
        date: day,
        today: day,
        now: Instant::from_micros(0),
        last: None,
        held: matches!(state, S::Held | S::Reported | S::Concluded).then(|| Held {
            by: organisation(2),
            at: Instant::from_micros(0),
            from: S::Accepted,
        }),
        asked_at: None,
        submitted: matches!(state, S::Reported | S::Concluded),
        reminders: 0,
        parties: vec![
            party(1, Side::Visitor, author),
            party(2, Side::Host, asked),
            party(3, Side::Host, Response::Declined),
        ],
    }
}

#[test]
fn every_cell_of_the_table() {
    // State: what the author, the one asked and the one that declined may do.
    let expected: &[(VisitState, &[A], &[A])] = &[
        (S::Draft, &[A::Propose, A::RecordHeld], &[]),
        (
            S::Proposed,
            &[A::Reschedule, A::Cancel, A::RecordHeld],
            &[A::Accept, A::Decline, A::Reschedule, A::Cancel],
        ),
        (
            S::Accepted,
            &[A::Reschedule, A::Cancel, A::Hold, A::RecordHeld],
            &[A::Reschedule, A::Cancel, A::Hold, A::RecordHeld],
        ),
        (S::Declined, &[], &[]),
        (S::Cancelled, &[], &[]),
        (S::Held, &[A::SubmitReport], &[A::UndoHold, A::SubmitReport]),
        (
            S::Reported,
            &[A::SubmitReport, A::ApproveReport, A::ReturnReport],
            &[A::SubmitReport, A::ApproveReport, A::ReturnReport],
        ),
        (S::Concluded, &[A::ApproveReport, A::Object], &[A::ApproveReport, A::Object]),
    ];
    assert_eq!(expected.len(), VisitState::ALL.len());
    for (state, author, asked) in expected {
        let visit = visit(*state);
        for (n, may) in [(1, *author), (2, *asked), (3, &[][..]), (4, &[][..])] {
            assert_eq!(allowed(&visit, actor(n)), may, "{state} {n}");
            for action in A::ALL {
                let found = find(*action, &visit, actor(n));
                let wanted = if may.contains(action) { None } else { Some(Refusal::NotNow) };
                assert_eq!(found.err(), wanted, "{state} {action} {n}");
            }
        }
    }
}

#[test]
fn who_could_not_answer_may_still_and_is_bound_to_nothing() {
    for (state, may) in [
        (S::Accepted, &[A::Accept, A::Decline][..]),
        (S::Held, &[A::Accept, A::Object]),
        (S::Reported, &[A::Accept, A::Object]),
        (S::Concluded, &[A::Accept, A::Object]),
    ] {
        let mut visit = visit(state);
        visit.parties.push(party(4, Side::Host, Response::Pending));
        visit.parties.push(party(5, Side::Visitor, Response::Pending));
        assert_eq!(allowed(&visit, actor(4)), may, "{state}");
        for action in may {
            let mut parties = visit.parties.clone();
            assert_eq!(carried(*action, state, &mut parties, 4), state, "{state} {action}");
        }
        // Whoever drew it up is in it though an edit asked it again.
        let mut before = allowed(&visit, actor(1));
        visit.parties[0].response = Response::Pending;
        let after = allowed(&visit, actor(1));
        before.extend(may);
        assert!(after.iter().all(|action| before.contains(action)), "{state}");
        assert!(before.iter().all(|action| after.contains(action)), "{state}");
    }
}

#[test]
fn an_edge_stands_once_and_is_described() {
    for (i, edge) in EDGES.iter().enumerate() {
        let same = |other: &Edge| other.state == edge.state && other.action == edge.action;
        assert_eq!(EDGES.iter().position(same), Some(i));
        assert!(describe(edge.action).contains(&format!("from `{}`", edge.state)));
    }
}

#[test]
fn not_before_its_day() {
    let mut visit = visit(S::Accepted);
    visit.today = visit.date.plus_days(-1).unwrap();
    assert_eq!(find(A::Hold, &visit, actor(1)).err(), Some(Refusal::TooEarly));
    assert!(!allowed(&visit, actor(1)).contains(&A::Hold));
}

#[test]
fn taken_back_within_seven_days_and_before_a_report() {
    let mut held = visit(S::Held);
    let recorder = actor(2);
    held.now = Instant::from_micros(0).plus(UNDONE_WITHIN);
    assert!(find(A::UndoHold, &held, recorder).is_ok());
    assert_eq!(find(A::UndoHold, &held, actor(1)).err(), Some(Refusal::NotNow));
    held.now = held.now.plus(Duration::from_micros(1));
    assert_eq!(find(A::UndoHold, &held, recorder).err(), Some(Refusal::TooLate));
    held.now = Instant::from_micros(0);
    held.submitted = true;
    assert_eq!(find(A::UndoHold, &held, recorder).err(), Some(Refusal::NotNow));
    // Where it leads: to what it was, as the answers given since make it.
    let back = |from: VisitState, other: Response| {
        let mut parties = visit(S::Held).parties;
        parties[0].response = other;
        let edge = EDGES.iter().find(|edge| edge.action == A::UndoHold).unwrap();
        let state =
            effects::carry_out(edge, &mut parties, recorder, Versions { seen: 7, next: 8 }, Some(from));
        (state, parties[0].response, parties[1].response)
    };
    let (pending, accepted) = (Response::Pending, Response::Accepted);
    assert_eq!(back(S::Accepted, accepted), (S::Accepted, accepted, accepted));
    assert_eq!(back(S::Proposed, pending), (S::Proposed, pending, accepted));
    assert_eq!(back(S::Proposed, accepted), (S::Accepted, accepted, accepted));
    assert_eq!(back(S::Draft, accepted), (S::Draft, pending, pending));
}

#[test]
fn concluded_over_silence_after_thirty_days_and_two_reminders() {
    let mut reported = visit(S::Reported);
    reported.parties[0].approval = ReportApproval::Approved;
    reported.asked_at = Some(Instant::from_micros(0));
    for (seconds, reminders, expected) in [
        (SILENCE.as_secs(), 2, None),
        (SILENCE.as_secs() - 1, 2, Some(Refusal::TooEarly)),
        (SILENCE.as_secs(), 1, Some(Refusal::TooEarly)),
    ] {
        reported.now = Instant::from_micros(0).plus(Duration::from_secs(seconds));
        reported.reminders = reminders;
        assert_eq!(find(A::Conclude, &reported, actor(1)).err(), expected, "{seconds} {reminders}");
        assert_eq!(
            find(A::Conclude, &reported, actor(2)).err(),
            Some(Refusal::NotNow),
            "it has not approved"
        );
    }
    let mut parties = reported.parties.clone();
    assert_eq!(carried(A::Conclude, S::Reported, &mut parties, 1), S::Concluded);
    let approvals = [parties[0].approval, parties[1].approval, parties[2].approval];
    let (approved, silent) = (ReportApproval::Approved, ReportApproval::NoAnswer);
    assert_eq!(approvals, [approved, silent, ReportApproval::Pending], "who declined is asked nothing");
    // Its word comes late, and counts.
    let network = Some(VisitVisibility::Network);
    assert_eq!(effects::visibility(S::Concluded, network, &parties), VisitVisibility::Parties);
    assert_eq!(carried(A::Object, S::Concluded, &mut parties, 2), S::Concluded);
    assert_eq!(parties[1].approval, ReportApproval::Objected);
    assert_eq!(carried(A::ApproveReport, S::Concluded, &mut parties, 2), S::Concluded);
    assert_eq!(effects::visibility(S::Concluded, network, &parties), VisitVisibility::Network);
}

#[test]
fn an_objection_does_not_conclude() {
    let mut parties = visit(S::Reported).parties;
    parties[0].approval = ReportApproval::Approved;
    assert_eq!(carried(A::Object, S::Reported, &mut parties, 2), S::Reported);
    assert_eq!(effects::approvals_so_far(&parties), S::Reported);
    assert_eq!(carried(A::ReturnReport, S::Reported, &mut parties, 2), S::Held);
    assert!(parties.iter().all(|party| party.approval == ReportApproval::Pending));
}

#[test]
fn one_person_never_answers_for_both_sides() {
    for (state, action) in [
        (S::Proposed, A::Accept),
        (S::Proposed, A::Decline),
        (S::Proposed, A::Reschedule),
        (S::Held, A::SubmitReport),
        (S::Reported, A::ApproveReport),
    ] {
        let both = Actor { organisation: organisation(2), user: user(1) };
        assert_eq!(find(action, &visit(state), both).err(), Some(Refusal::BothSides), "{action}");
        assert!(!allowed(&visit(state), both).contains(&action));
    }
    // To call off is no answer; to move is: who moves it stands by the other date.
    let both = Actor { organisation: organisation(2), user: user(1) };
    assert!(find(A::Cancel, &visit(S::Proposed), both).is_ok());
    // Within one side a person may.
    let same_side = Actor { organisation: organisation(2), user: user(3) };
    assert!(find(A::Accept, &visit(S::Proposed), same_side).is_ok());
}

fn carried(action: A, state: VisitState, parties: &mut [Party], n: u128) -> VisitState {
    let edge = EDGES.iter().find(|edge| edge.state == state && edge.action == action).unwrap();
    effects::carry_out(edge, parties, actor(n), Versions { seen: 7, next: 8 }, None)
}

#[test]
fn accepted_when_all_that_are_waited_for_have_accepted() {
    let mut parties = [
        party(1, Side::Visitor, Response::Accepted),
        party(2, Side::Host, Response::Pending),
        party(3, Side::Visitor, Response::Pending),
        party(4, Side::Visitor, Response::Declined),
        party(5, Side::Visitor, Response::Pending),
    ];
    parties[4].active = false;
    assert_eq!(carried(A::Accept, S::Proposed, &mut parties, 2), S::Proposed);
    assert_eq!((parties[1].accepted_version, parties[1].responded_by), (Some(7), Some(user(2))));
    assert_eq!(carried(A::Accept, S::Proposed, &mut parties, 3), S::Accepted);
}

#[test]
fn a_refusal_ends_it_only_when_a_side_has_nobody_left() {
    let mut parties = [
        party(1, Side::Visitor, Response::Accepted),
        party(2, Side::Host, Response::Pending),
        party(3, Side::Host, Response::Accepted),
    ];
    assert_eq!(carried(A::Decline, S::Proposed, &mut parties, 2), S::Accepted);
    let mut parties = [party(1, Side::Visitor, Response::Accepted), party(2, Side::Host, Response::Pending)];
    assert_eq!(carried(A::Decline, S::Proposed, &mut parties, 2), S::Declined);
    // A side that can't answer does not accept by that.
    let mut parties = [party(1, Side::Visitor, Response::Accepted), party(2, Side::Host, Response::Pending)];
    parties[1].active = false;
    assert_eq!(effects::answers_so_far(&parties), S::Proposed);
}

#[test]
fn another_date_asks_everybody_else_again() {
    let mut parties = [
        party(1, Side::Visitor, Response::Accepted),
        party(2, Side::Host, Response::Accepted),
        party(3, Side::Host, Response::Declined),
    ];
    assert_eq!(carried(A::Reschedule, S::Accepted, &mut parties, 2), S::Proposed);
    let responses = parties.each_ref().map(|party| party.response);
    assert_eq!(responses, [Response::Pending, Response::Accepted, Response::Declined]);
    assert_eq!((parties[0].responded_by, parties[1].accepted_version), (None, Some(8)));
}

#[test]
fn concluded_when_all_that_are_waited_for_have_approved() {
    let mut parties = [
        party(1, Side::Visitor, Response::Accepted),
        party(2, Side::Host, Response::Accepted),
        party(3, Side::Host, Response::Declined),
    ];
    assert_eq!(carried(A::SubmitReport, S::Held, &mut parties, 1), S::Reported);
    assert_eq!(parties[0].approved_version, Some(8));
    let network = Some(VisitVisibility::Network);
    assert_eq!(effects::visibility(S::Reported, network, &parties), VisitVisibility::Parties);
    assert_eq!(carried(A::ApproveReport, S::Reported, &mut parties, 2), S::Concluded);
    assert_eq!(effects::visibility(S::Concluded, network, &parties), VisitVisibility::Network);
    assert_eq!(effects::visibility(S::Concluded, None, &parties), VisitVisibility::Parties);
    // A new submission clears the others' approvals.
    assert_eq!(carried(A::SubmitReport, S::Reported, &mut parties, 2), S::Reported);
    assert_eq!(parties[0].approval, ReportApproval::Pending);
    // One that can't be waited for does not keep it open, but does not widen who sees it either.
    parties[0].active = false;
    assert_eq!(effects::approvals_so_far(&parties), S::Concluded);
    assert_eq!(effects::visibility(S::Concluded, network, &parties), VisitVisibility::Parties);
}

#[test]
fn what_stands_is_answered_again() {
    let mut proposed = visit(S::Proposed);
    assert!(stands(A::Propose, &proposed, organisation(1)) && stands(A::Accept, &proposed, organisation(1)));
    assert!(
        !stands(A::Accept, &proposed, organisation(2)) && !stands(A::Decline, &proposed, organisation(2))
    );
    assert!(stands(A::Decline, &proposed, organisation(3)));
    proposed.state = S::Cancelled;
    proposed.last = Some((A::Cancel, organisation(1)));
    assert!(stands(A::Cancel, &proposed, organisation(1)) && !stands(A::Cancel, &proposed, organisation(2)));
    assert!(!stands(A::Accept, &proposed, organisation(1)));
    let held = visit(S::Held);
    assert!(stands(A::Hold, &held, organisation(2)) && !stands(A::Hold, &held, organisation(1)));
    let mut reported = visit(S::Reported);
    reported.parties[1].approval = ReportApproval::Approved;
    assert!(stands(A::ApproveReport, &reported, organisation(2)));
    assert!(!stands(A::ApproveReport, &reported, organisation(1)));
}

#[test]
fn every_member_of_a_visit_is_in_the_table_of_fields() {
    use super::editing::{FIELDS, may_change};
    use crate::visits::model::VisitChanges;
    let mut named: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
    named.sort_unstable();
    let mut members = VisitChanges::MEMBERS.to_vec();
    members.sort_unstable();
    assert_eq!(named, members);
    assert!(VisitState::ALL.iter().all(|state| !may_change("held_on", *state)));
}

#[test]
fn whose_is_what() {
    use super::editing::{may_edit_agenda, may_edit_delegate};
    use crate::visits::codes::AgendaKind;
    let (one, two) = (organisation(1), organisation(2));
    let (proposed, accepted) = (visit(S::Proposed), visit(S::Accepted));
    assert!(may_edit_delegate(&proposed, one, two) && !may_edit_delegate(&accepted, one, two));
    assert!(may_edit_delegate(&accepted, two, two));
    let mut asked_again = accepted.clone();
    effects::ask_others_again(&mut asked_again.parties, actor(1));
    assert!(!may_edit_delegate(&asked_again, one, two));
    assert!(!may_edit_agenda(&asked_again, one, AgendaKind::Presentation, Some(two)));
    let presentation = AgendaKind::Presentation;
    assert!(may_edit_agenda(&proposed, one, presentation, Some(two)));
    assert!(!may_edit_agenda(&accepted, one, presentation, Some(two)));
    assert!(may_edit_agenda(&accepted, one, presentation, None));
    assert!(may_edit_agenda(&accepted, one, AgendaKind::Tour, Some(two)));
}
