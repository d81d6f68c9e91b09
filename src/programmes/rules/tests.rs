use super::*;
use crate::programmes::codes::TermsKind;
use crate::types::{Instant, OrganisationId};
use uuid::Uuid;

fn id(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

const LEAD: u128 = 1;
const OTHER: u128 = 2;
const THIRD: u128 = 3;

fn partner(n: u128, role: PartnerRole) -> Partner {
    Partner {
        organisation: id(n),
        role,
        current: true,
        proposed: false,
        status: OrganisationStatus::Active,
        signed: false,
        signed_pending: false,
    }
}

fn standing(state: S) -> Standing {
    let day = |text: &str| text.parse().unwrap();
    Standing {
        state,
        author: id(LEAD),
        starts_on: day("2025-07-01"),
        today: day("2025-07-01"),
        now: Instant::from_seconds(1_751_623_200),
        last: None,
        offered_to: None,
        pending: None,
        partners: vec![
            partner(LEAD, PartnerRole::Lead),
            partner(OTHER, PartnerRole::Implementing),
            partner(THIRD, PartnerRole::Funding),
        ],
    }
}

fn all_signed(state: S) -> Standing {
    let mut programme = standing(state);
    programme.partners.iter_mut().for_each(|one| one.signed = true);
    programme
}

fn can(programme: &Standing, n: u128) -> Vec<A> {
    allowed(programme, id(n))
}

#[test]
fn no_edge_stands_twice() {
    for (i, one) in EDGES.iter().enumerate() {
        let twice = EDGES[i + 1..]
            .iter()
            .find(|other| other.state == one.state && other.action == one.action && other.who == one.who);
        assert!(twice.is_none(), "{} {}", one.state, one.action);
    }
    for action in A::ALL {
        assert!(EDGES.iter().any(|edge| edge.action == *action), "{action} is nowhere");
    }
}

#[test]
fn what_each_may_do_in_each_state() {
    let in_force = |own: &[A]| own.to_vec();
    for (state, lead, other) in [
        (S::Draft, vec![A::Propose], vec![]),
        (S::Proposed, vec![A::Sign, A::WithdrawProposal, A::Cancel], vec![A::Sign, A::Decline]),
        (S::Declined, vec![], vec![]),
        (
            S::Agreed,
            in_force(&[A::Start, A::Amend, A::RemovePartner, A::HandOverLead, A::Cancel]),
            vec![A::Withdraw],
        ),
        (
            S::Active,
            in_force(&[A::Suspend, A::Complete, A::Amend, A::RemovePartner, A::HandOverLead, A::Cancel]),
            vec![A::Withdraw],
        ),
        (
            S::Suspended,
            in_force(&[A::Resume, A::Complete, A::Amend, A::RemovePartner, A::HandOverLead, A::Cancel]),
            vec![A::Withdraw],
        ),
        (S::Completed, vec![], vec![]),
        (S::Cancelled, vec![], vec![]),
    ] {
        let programme = if state == S::Proposed { standing(state) } else { all_signed(state) };
        assert_eq!(can(&programme, LEAD), lead, "{state}");
        assert_eq!(can(&programme, OTHER), other, "{state}");
        assert!(can(&programme, 9).is_empty(), "{state}");
        let mut suspended = programme.clone();
        suspended.partners[0].status = OrganisationStatus::Suspended;
        assert!(can(&suspended, LEAD).is_empty(), "{state}");
    }
}

#[test]
fn agreed_when_all_that_can_have_signed_and_two_at_the_least() {
    let mut programme = standing(S::Proposed);
    assert!(!programme.is_agreed());
    programme.partners[0].signed = true;
    programme.partners[1].signed = true;
    assert_eq!(programme.unsigned(), [id(THIRD)]);
    assert!(!programme.is_agreed());
    programme.partners[2].status = OrganisationStatus::Suspended;
    assert!(programme.is_agreed(), "who can't sign is not waited for");
    programme.partners[1].signed = false;
    programme.partners[1].status = OrganisationStatus::Dissolved;
    assert!(!programme.is_agreed(), "one alone agrees with nobody");
}

#[test]
fn an_amendment_is_signed_by_the_old_and_the_new() {
    let mut programme = all_signed(S::Active);
    programme.pending =
        Some(Pending { kind: TermsKind::Amendment, removes: None, notice_until: None, reason: None });
    programme.partners.iter_mut().for_each(|one| one.proposed = true);
    let new = Partner { current: false, proposed: true, ..partner(7, PartnerRole::Media) };
    programme.partners.push(new);
    assert_eq!(programme.unsigned_pending(), [id(LEAD), id(OTHER), id(THIRD), id(7)]);
    assert_eq!(can(&programme, 7), [A::Sign, A::DeclineAmendment]);
    programme.partners[1].status = OrganisationStatus::Suspended;
    programme.partners[3].status = OrganisationStatus::Suspended;
    assert_eq!(programme.unsigned_pending(), [id(LEAD), id(THIRD), id(7)], "nobody is taken in unasked");
    for signed in [0, 2, 3] {
        assert!(!programme.takes_effect());
        programme.partners[signed].signed_pending = true;
    }
    assert!(!programme.takes_effect(), "who is taken in is active");
    programme.partners[3].status = OrganisationStatus::Active;
    assert!(programme.takes_effect());
    programme.partners[1].proposed = false;
    assert_eq!(programme.unsigned_pending(), [id(OTHER)], "nobody is left out without their own word");
    programme.partners[1].proposed = true;
    programme.partners.truncate(3);
    programme.partners[2].status = OrganisationStatus::Suspended;
    assert!(!programme.takes_effect(), "one alone changes nothing");
    assert!(find(A::Amend, &programme, id(LEAD)).is_err_and(|why| why == Refusal::SomethingWaits));
}

#[test]
fn a_removal_is_signed_by_the_rest_and_waits_out_its_notice() {
    let mut programme = all_signed(S::Active);
    let until = programme.now.plus(NOTICE);
    programme.pending = Some(Pending {
        kind: TermsKind::Removal,
        removes: Some(id(THIRD)),
        notice_until: Some(until),
        reason: Some(RemovalReason::Unreachable),
    });
    assert_eq!(programme.unsigned_pending(), [id(LEAD), id(OTHER)]);
    programme.partners[0].signed_pending = true;
    programme.partners[1].signed_pending = true;
    assert!(!programme.takes_effect());
    assert!(can(&programme, THIRD).contains(&A::DeclineAmendment), "who answers can be reached");
    programme.now = until;
    assert!(programme.takes_effect() && !programme.removal_is_void());
    for (reason, status, void) in [
        (RemovalReason::Suspended, OrganisationStatus::Suspended, false),
        (RemovalReason::Suspended, OrganisationStatus::Active, true),
        (RemovalReason::Unreachable, OrganisationStatus::Dissolved, false),
    ] {
        programme.partners[2].status = status;
        programme.pending = programme.pending.map(|pending| Pending { reason: Some(reason), ..pending });
        assert_eq!(programme.removal_is_void(), void, "{reason} {status}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let mut programme = standing(S::Proposed);
    programme.partners[0].signed = true;
    assert_eq!(missing(A::Start, &programme), [Lack::Signatures(vec![id(OTHER), id(THIRD)])]);
    let mut programme = all_signed(S::Agreed);
    programme.starts_on = "2025-07-02".parse().unwrap();
    assert_eq!(find(A::Start, &programme, id(LEAD)).err(), Some(Refusal::TooEarly));
    assert_eq!(missing(A::Start, &programme), [Lack::Period]);
    programme.state = S::Suspended;
    for gone in [1, 2] {
        programme.partners[gone].status = OrganisationStatus::Left;
    }
    assert_eq!(find(A::Resume, &programme, id(LEAD)).err(), Some(Refusal::NotNow));
    assert_eq!(missing(A::Resume, &programme), [Lack::Partners]);
    let mut programme = standing(S::Draft);
    programme.partners[1].status = OrganisationStatus::Suspended;
    assert_eq!(missing(A::Propose, &programme), [Lack::ActivePartners(vec![id(OTHER)])]);
    assert!(find(A::Propose, &programme, id(LEAD)).is_err());
}

#[test]
fn the_lead_is_taken_over_from_the_inactive_alone() {
    let mut programme = all_signed(S::Active);
    assert!(!can(&programme, OTHER).contains(&A::TakeOverLead));
    programme.partners[0].status = OrganisationStatus::Suspended;
    assert!(can(&programme, OTHER).contains(&A::TakeOverLead));
    programme.partners[1].status = OrganisationStatus::Suspended;
    assert!(can(&programme, OTHER).is_empty());
}

#[test]
fn the_reasons_for_a_removal_hold_of_one_status_each() {
    for reason in RemovalReason::ALL {
        let held: Vec<_> =
            OrganisationStatus::ALL.iter().filter(|status| holds_of(*reason, **status)).collect();
        assert_eq!(held.len(), 1, "{reason}");
    }
}
