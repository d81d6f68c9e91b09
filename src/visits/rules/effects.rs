//! What an action does to the parties, and the state that comes of it. No I/O.

use super::{Actor, Edge, Next, Party};
use crate::visits::codes::{
    ReportApproval, Response, Side, VisitAction as A, VisitState as S, VisitVisibility,
};

/// The versions that answers name: the one that was seen, and the one that this write makes.
#[derive(Debug, Clone, Copy)]
pub struct Versions {
    /// What the person saw.
    pub seen: i64,
    /// What comes of it.
    pub next: i64,
}

/// Carries an edge out: changes the parties and answers the new state. `held_from` is the state before
/// the visit was recorded as held.
pub fn carry_out(
    edge: &Edge,
    parties: &mut [Party],
    actor: Actor,
    versions: Versions,
    held_from: Option<S>,
) -> S {
    match edge.action {
        A::Propose | A::RecordHeld => accept(parties, actor, versions.next),
        A::Accept => accept(parties, actor, versions.seen),
        A::Decline => {
            for own in of(parties, actor) {
                own.response = Response::Declined;
                own.has_answered = true;
                own.accepted_version = None;
                own.responded_by = Some(actor.user);
            }
        }
        A::Reschedule => {
            ask_others_again(parties, actor);
            accept(parties, actor, versions.next);
        }
        A::SubmitReport => approve_alone(parties, Some(actor), versions.next),
        A::ApproveReport => approve(parties, actor, versions.seen),
        A::ReturnReport => approve_alone(parties, None, versions.next),
        A::UndoHold => take_back(parties, held_from),
        A::Object => {
            for own in of(parties, actor) {
                own.approval = ReportApproval::Objected;
                own.approved_version = None;
                own.approved_by = Some(actor.user);
            }
        }
        A::Conclude => {
            let silent = |party: &&mut Party| party.remains() && party.approval == ReportApproval::Pending;
            parties.iter_mut().filter(silent).for_each(|party| party.approval = ReportApproval::NoAnswer);
        }
        A::Cancel | A::Hold => {}
    }
    match edge.next {
        Next::To(state) => state,
        Next::AcceptedWhenAll | Next::DeclinedWhenNoneLeft => match answers_so_far(parties) {
            // What is accepted doesn't go back because somebody else may still answer.
            S::Proposed => edge.state,
            state => state,
        },
        Next::ConcludedWhenAll => approvals_so_far(parties),
        Next::Back => match held_from {
            Some(S::Proposed) => answers_so_far(parties),
            Some(state) => state,
            None => edge.state,
        },
    }
}

/// As if it had not been recorded that the visit took place: nobody has said anything on a report, and a
/// draft was put to nobody.
fn take_back(parties: &mut [Party], held_from: Option<S>) {
    approve_alone(parties, None, 0);
    if held_from == Some(S::Draft) {
        for party in parties {
            party.response = Response::Pending;
            party.accepted_version = None;
            party.responded_by = None;
        }
    }
}

fn of(parties: &mut [Party], actor: Actor) -> impl Iterator<Item = &mut Party> {
    parties.iter_mut().filter(move |party| party.organisation == actor.organisation)
}

fn accept(parties: &mut [Party], actor: Actor, version: i64) {
    for own in of(parties, actor) {
        own.response = Response::Accepted;
        own.has_answered = true;
        own.accepted_version = Some(version);
        own.responded_by = Some(actor.user);
    }
}

fn approve(parties: &mut [Party], actor: Actor, version: i64) {
    for own in of(parties, actor) {
        own.approval = ReportApproval::Approved;
        own.approved_version = Some(version);
        own.approved_by = Some(actor.user);
    }
}

/// Puts every other party that has not declined back to pending.
pub fn ask_others_again(parties: &mut [Party], actor: Actor) {
    for other in
        parties.iter_mut().filter(|party| party.organisation != actor.organisation && party.remains())
    {
        other.response = Response::Pending;
        other.accepted_version = None;
        other.responded_by = None;
    }
}

/// Clears every approval but the editor's, which the edit itself is. `approving` is `None` where the
/// editor may not approve (no right to decide, or an answer given for the other side): then the
/// editor's organisation is asked like the others.
pub fn approve_alone(parties: &mut [Party], approving: Option<Actor>, version: i64) {
    for party in parties.iter_mut() {
        party.approval = ReportApproval::Pending;
        party.approved_version = None;
        party.approved_by = None;
    }
    if let Some(actor) = approving {
        approve(parties, actor, version);
    }
}

/// `declined` with a side empty, `accepted` when all that are waited for have accepted, else `proposed`.
pub fn answers_so_far(parties: &[Party]) -> S {
    let on = |side: Side, counts: fn(&Party) -> bool| {
        parties.iter().any(|party| party.side == side && counts(party))
    };
    if !on(Side::Visitor, Party::remains) || !on(Side::Host, Party::remains) {
        return S::Declined;
    }
    let accepted = |party: &Party| party.response == Response::Accepted;
    let all = parties.iter().filter(|party| party.waited_for()).all(accepted);
    // A side whose only party can't answer doesn't accept by that.
    if all && on(Side::Visitor, accepted) && on(Side::Host, accepted) { S::Accepted } else { S::Proposed }
}

/// `concluded` when all that are waited for have approved, else `reported`.
pub fn approvals_so_far(parties: &[Party]) -> S {
    let approved = |party: &Party| party.approval == ReportApproval::Approved;
    if parties.iter().filter(|party| party.waited_for()).all(approved) { S::Concluded } else { S::Reported }
}

/// The state that a visit which waits for answers or approvals is in once those that can't give any are
/// left out; any other state stays.
pub fn settled(state: S, parties: &[Party]) -> S {
    match state {
        S::Proposed => answers_so_far(parties),
        S::Reported => approvals_so_far(parties),
        state => state,
    }
}

/// The visibility in effect: wider than the parties only once concluded, and only when every party
/// that has not declined approved it.
pub fn visibility(state: S, asked: Option<VisitVisibility>, parties: &[Party]) -> VisitVisibility {
    let approved = |party: &Party| party.approval == ReportApproval::Approved;
    let all = parties.iter().filter(|party| party.remains()).all(approved);
    match asked {
        Some(asked) if state == S::Concluded && all => asked,
        _ => VisitVisibility::Parties,
    }
}
