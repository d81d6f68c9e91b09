//! The table of stages.

use uuid::Uuid;

use super::*;
use crate::states::{allowed, find};

const GIVER: OrganisationId = OrganisationId(Uuid::from_u128(1));
const TAKER: OrganisationId = OrganisationId(Uuid::from_u128(2));
const THIRD: OrganisationId = OrganisationId(Uuid::from_u128(3));

fn link(stage: S) -> Standing {
    Standing { stage, talks: None, introducer: GIVER, beneficiary: TAKER, last: None }
}

#[test]
fn who_may_do_what_where() {
    let expected: &[(S, &[A], &[A])] = &[
        (S::Offered, &[], &[A::Accept, A::Decline]),
        (S::Accepted, &[A::Introduce, A::End], &[A::End]),
        (S::Declined, &[], &[]),
        (S::Introduced, &[A::Advance, A::End], &[A::Advance, A::End]),
        (S::InDiscussion, &[A::End], &[A::End]),
        (S::Pledged, &[A::End], &[A::End]),
        (S::Funded, &[A::Close, A::End], &[A::Close, A::End]),
        (S::Closed, &[], &[]),
        (S::Ended, &[], &[]),
    ];
    assert_eq!(expected.len(), S::ALL.len());
    for (stage, giver, taker) in expected {
        assert_eq!(allowed::<Links>(&link(*stage), GIVER), *giver, "{stage}");
        assert_eq!(allowed::<Links>(&link(*stage), TAKER), *taker, "{stage}");
        assert!(allowed::<Links>(&link(*stage), THIRD).is_empty(), "{stage}");
        for action in A::ALL {
            let found = find::<Links>(*action, &link(*stage), THIRD).map(|edge| edge.next);
            assert_eq!(found, Err(NotNow), "{stage} {action}");
        }
    }
}

#[test]
fn what_stands_already() {
    for stage in S::ALL.iter().copied() {
        let after = matches!(stage, S::Introduced | S::InDiscussion | S::Pledged | S::Funded | S::Closed);
        assert_eq!(stands(A::Accept, &link(stage), TAKER), after || stage == S::Accepted, "{stage}");
        assert_eq!(stands(A::Introduce, &link(stage), GIVER), after, "{stage}");
        assert!(
            !stands(A::Accept, &link(stage), GIVER) && !stands(A::Introduce, &link(stage), TAKER),
            "{stage}"
        );
        // Of one's own donor nothing was offered.
        let own = Standing { beneficiary: GIVER, ..link(stage) };
        assert!(!stands(A::Accept, &own, GIVER) && !stands(A::Introduce, &own, GIVER), "{stage}");
    }
    for (action, stage) in [(A::Decline, S::Declined), (A::End, S::Ended), (A::Close, S::Closed)] {
        let by = |who| Standing { last: Some((action, who)), ..link(stage) };
        assert!(stands(action, &by(TAKER), TAKER) && !stands(action, &by(GIVER), TAKER), "{action}");
    }
    let talks = Some(S::InDiscussion);
    let advanced = Standing { talks, last: Some((A::Advance, GIVER)), ..link(S::Pledged) };
    assert!(stands(A::Advance, &advanced, GIVER) && !stands(A::Advance, &advanced, TAKER));
}

#[test]
fn what_is_pledged_and_received_moves_it() {
    for stage in S::ALL.iter().copied() {
        for talks in [None, Some(S::Introduced), Some(S::InDiscussion)] {
            let back = talks.unwrap_or(S::Introduced);
            let giving = is_giving(stage);
            let at = |there: S| if giving { there } else { stage };
            assert_eq!(follows(stage, talks, false, false), at(back));
            assert_eq!(follows(stage, talks, true, false), at(S::Pledged));
            assert_eq!(follows(stage, talks, false, true), at(S::Funded));
            assert_eq!(follows(stage, talks, true, true), at(S::Funded));
        }
    }
}

#[test]
fn how_far_the_commitment_is() {
    for stage in S::ALL.iter().copied() {
        let expected = match stage {
            S::Declined | S::Ended => None,
            S::Closed => Some(Stage::Done),
            _ => Some(Stage::UnderWay),
        };
        assert_eq!(fulfils(stage), expected, "{stage}");
    }
}

#[test]
fn for_whom_an_action_is() {
    assert_eq!(acting(A::Accept, &link(S::Closed)), [TAKER]);
    assert_eq!(acting(A::Introduce, &link(S::Offered)), [GIVER]);
    assert_eq!(acting(A::End, &link(S::Offered)), [GIVER, TAKER]);
    for action in A::ALL {
        assert_eq!(acting(*action, &Standing { beneficiary: GIVER, ..link(S::Offered) }), [GIVER]);
    }
}
