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
        cancelled_by: None,
        held_by: None,
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
        (S::Draft, &[A::Propose], &[]),
        (S::Proposed, &[A::Reschedule, A::Cancel], &[A::Accept, A::Decline, A::Reschedule, A::Cancel]),
        (S::Accepted, &[A::Reschedule, A::Cancel, A::Hold], &[A::Reschedule, A::Cancel, A::Hold]),
        (S::Declined, &[], &[]),
        (S::Cancelled, &[], &[]),
        (S::Held, &[A::SubmitReport], &[A::SubmitReport]),
        (S::Reported, &[A::SubmitReport, A::ApproveReport], &[A::SubmitReport, A::ApproveReport]),
        (S::Concluded, &[], &[]),
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
        (S::Held, &[A::Accept]),
        (S::Reported, &[A::Accept]),
        (S::Concluded, &[A::Accept]),
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
        let before = allowed(&visit, actor(1)).len();
        visit.parties[0].response = Response::Pending;
        assert_eq!(allowed(&visit, actor(1)).len(), before + may.len());
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
fn one_person_never_answers_for_both_sides() {
    for (state, action) in [
        (S::Proposed, A::Accept),
        (S::Proposed, A::Decline),
        (S::Held, A::SubmitReport),
        (S::Reported, A::ApproveReport),
    ] {
        let both = Actor { organisation: organisation(2), user: user(1) };
        assert_eq!(find(action, &visit(state), both).err(), Some(Refusal::BothSides), "{action}");
        assert!(!allowed(&visit(state), both).contains(&action));
    }
    // To move or to call off is no answer.
    let both = Actor { organisation: organisation(2), user: user(1) };
    assert!(find(A::Reschedule, &visit(S::Proposed), both).is_ok());
    // Within one side a person may.
    let same_side = Actor { organisation: organisation(2), user: user(3) };
    assert!(find(A::Accept, &visit(S::Proposed), same_side).is_ok());
}

fn carried(action: A, state: VisitState, parties: &mut [Party], n: u128) -> VisitState {
    let edge = EDGES.iter().find(|edge| edge.state == state && edge.action == action).unwrap();
    effects::carry_out(edge, parties, actor(n), Versions { seen: 7, next: 8 })
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
    proposed.cancelled_by = Some(organisation(1));
    assert!(stands(A::Cancel, &proposed, organisation(1)) && !stands(A::Cancel, &proposed, organisation(2)));
    assert!(!stands(A::Accept, &proposed, organisation(1)));
    let mut held = visit(S::Held);
    held.held_by = Some(organisation(2));
    assert!(stands(A::Hold, &held, organisation(2)) && !stands(A::Hold, &held, organisation(1)));
    let mut reported = visit(S::Reported);
    reported.parties[1].approval = ReportApproval::Approved;
    assert!(stands(A::ApproveReport, &reported, organisation(2)));
    assert!(!stands(A::ApproveReport, &reported, organisation(1)));
}

#[test]
fn what_may_be_changed_when() {
    use super::editing::{may_change, progress_is_open, record_is_open};
    for state in VisitState::ALL.iter().copied() {
        let early = matches!(state, S::Draft | S::Proposed | S::Accepted);
        for member in ["title", "summary", "purposes", "place", "community_ids"] {
            assert_eq!(may_change(member, state), early, "{member} {state}");
        }
        for member in ["parties", "schedule", "returns_visit_id", "arises_from_commitment_id"] {
            assert_eq!(may_change(member, state), state == S::Draft, "{member} {state}");
        }
        assert!(!may_change("held_on", state));
        assert_eq!(record_is_open(state), early || matches!(state, S::Held | S::Reported), "{state}");
        assert_eq!(progress_is_open(state), record_is_open(state) || state == S::Concluded, "{state}");
    }
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
