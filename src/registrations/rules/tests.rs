//! Every cell of the table: each state × action, by its organisation and by another; and what the days make of it.

use super::*;
use crate::states::find;
use uuid::Uuid;

const OWNER: OrganisationId = OrganisationId(Uuid::from_u128(1));
const HELPER: OrganisationId = OrganisationId(Uuid::from_u128(2));

fn day(text: &str) -> CalendarDate {
    text.parse().unwrap()
}

/// The domain's table once more, written as the document has it: from where, what, to where.
const TABLE: &[(&[S], A, S)] = &[
    (&[S::Preparing], A::Submit, S::Submitted),
    (&[S::Submitted], A::Review, S::UnderReview),
    (&[S::UnderReview], A::Register, S::Registered),
    (&[S::UnderReview], A::Reject, S::Rejected),
    (&[S::Rejected], A::Reopen, S::Preparing),
    (&[S::Registered, S::RenewalDue, S::Expired], A::Suspend, S::Suspended),
    (&[S::Suspended], A::Reinstate, S::Registered),
    (&[S::Registered, S::RenewalDue, S::Expired], A::Renew, S::Registered),
    (
        &[
            S::Preparing,
            S::Submitted,
            S::UnderReview,
            S::Registered,
            S::RenewalDue,
            S::Expired,
            S::Rejected,
            S::Suspended,
        ],
        A::Cancel,
        S::Cancelled,
    ),
];

#[test]
fn every_cell_of_the_table() {
    for &status in S::ALL {
        for &action in A::ALL {
            let expected = TABLE
                .iter()
                .find(|(from, what, _)| *what == action && from.contains(&status))
                .map(|(.., to)| *to);
            for lacks in [false, true] {
                let dossier = Standing { status, owner: OWNER, lacks };
                let found = find::<Registrations>(action, &dossier, OWNER).map(|edge| edge.next);
                let expected = match expected {
                    Some(_) if action == A::Register && lacks => Err(Refusal::RequirementsMissing),
                    Some(to) => Ok(to),
                    None => Err(Refusal::NotNow),
                };
                assert_eq!(found, expected, "{status} {action} {lacks}");
                assert_eq!(allowed(&dossier, OWNER).contains(&action), found.is_ok());
                assert_eq!(
                    find::<Registrations>(action, &dossier, HELPER).map(|edge| edge.next),
                    Err(Refusal::NotNow),
                    "{status} {action}"
                );
            }
        }
        let dossier = Standing { status, owner: OWNER, lacks: false };
        assert!(allowed(&dossier, HELPER).is_empty());
    }
}

#[test]
fn nothing_leads_to_what_only_the_days_make() {
    for edge in EDGES {
        assert!(!matches!(edge.next, S::RenewalDue | S::Expired), "{} {}", edge.state, edge.action);
        assert_eq!(leads_to(edge.action), Some(edge.next), "an action leads to one state");
    }
    for &action in A::ALL {
        assert!(leads_to(action).is_some() && describe(action).contains("from `"), "{action}");
    }
}

#[test]
fn what_the_days_make_of_a_registration() {
    let today = day("2026-01-01");
    for (until, reads_as) in [
        (None, S::Registered),
        (Some("2026-03-03"), S::Registered),
        (Some("2026-03-02"), S::RenewalDue),
        (Some("2026-01-02"), S::RenewalDue),
        (Some("2026-01-01"), S::RenewalDue),
        (Some("2025-12-31"), S::Expired),
        (Some("1999-01-01"), S::Expired),
    ] {
        let until = until.map(day);
        assert_eq!(reads(S::Registered, until, today), reads_as, "{until:?}");
        for &other in S::ALL.iter().filter(|status| **status != S::Registered) {
            assert_eq!(reads(other, until, today), other, "only what is registered");
        }
    }
    // At the end of the calendar nothing breaks.
    assert_eq!(reads(S::Registered, Some(day("2200-12-31")), day("2200-12-31")), S::RenewalDue);
}

#[test]
fn what_fulfils_a_commitment() {
    let (free, under_way, done) = (None, Some(Stage::UnderWay), Some(Stage::Done));
    for (status, stage) in [
        (S::Preparing, free),
        (S::Submitted, under_way),
        (S::UnderReview, under_way),
        (S::Registered, done),
        (S::RenewalDue, done),
        (S::Expired, done),
        (S::Rejected, free),
        (S::Suspended, done),
        (S::Cancelled, free),
    ] {
        assert_eq!(fulfils(status), stage, "{status}");
    }
}

#[test]
fn what_may_be_changed_when() {
    use S::{Cancelled, Preparing, Registered, Rejected, Submitted, Suspended, UnderReview};
    const ALL: [S; 7] = [Preparing, Submitted, UnderReview, Rejected, Registered, Suspended, Cancelled];
    let asked: &[S] = &[Preparing, Submitted, UnderReview, Rejected];
    let granted: &[S] = &[Registered, Suspended];
    for (member, open) in [
        ("authority", asked),
        ("level", asked),
        ("legal_form", asked),
        ("number", &[Preparing, Submitted, UnderReview, Rejected, Registered, Suspended]),
        ("submitted_on", &[Submitted, UnderReview, Rejected, Registered, Suspended]),
        ("registered_on", granted),
        ("expires_on", granted),
        ("arises_from_commitment_id", &[Preparing]),
        ("status", &[]),
        ("organisation_id", &[]),
    ] {
        for status in ALL {
            assert_eq!(may_change(status, member), open.contains(&status), "{member} {status}");
        }
    }
    for status in ALL {
        assert_eq!(is_open(status), status != Cancelled);
    }
}

#[test]
fn days_are_in_their_order() {
    let today = day("2026-01-10");
    let days = |submitted: &str, registered: &str, expires: &str| {
        let day = |text: &str| (!text.is_empty()).then(|| self::day(text));
        let found =
            Days { submitted_on: day(submitted), registered_on: day(registered), expires_on: day(expires) };
        found.mistakes(today).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(days("", "", ""), none);
    assert_eq!(days("2026-01-10", "2026-01-10", "2026-01-11"), none);
    assert_eq!(days("2025-01-10", "2025-02-10", "2025-03-10"), none, "one that has expired is recorded too");
    assert_eq!(days("2026-01-11", "", ""), ["submitted_on"]);
    assert_eq!(days("2026-01-11", "2026-01-11", ""), ["submitted_on", "registered_on"]);
    assert_eq!(days("2026-01-10", "2026-01-09", ""), ["registered_on"]);
    assert_eq!(days("2026-01-01", "2026-01-09", "2026-01-09"), ["expires_on"]);
    assert_eq!(days("", "2026-01-09", "2026-01-01"), ["expires_on"]);
}

#[test]
fn a_renewal_is_until_later() {
    let (today, before) = (day("2026-01-10"), Some(day("2026-02-01")));
    assert!(renewal_mistake(day("2026-01-10"), None, today).is_some());
    assert!(renewal_mistake(day("2026-01-11"), None, today).is_none());
    assert!(renewal_mistake(day("2026-02-01"), before, today).is_some());
    assert!(renewal_mistake(day("2026-02-02"), before, today).is_none());
}

#[test]
fn a_yearly_obligation_comes_again() {
    let again = |due: &str, before: &[&str]| {
        due_again(Repeats::Yearly, day(due), before.iter().map(|text| day(text))).map(|day| day.to_string())
    };
    assert_eq!(due_again(Repeats::None, day("2026-01-31"), []), None);
    for (due, next) in [
        ("2026-01-31", "2027-01-31"),
        ("2026-12-31", "2027-12-31"),
        ("2023-02-28", "2024-02-28"),
        ("2024-02-29", "2025-02-28"),
        ("2024-03-01", "2025-03-01"),
    ] {
        assert_eq!(again(due, &[]).as_deref(), Some(next), "{due}");
    }
    assert_eq!(again("2200-06-01", &[]), None, "there is no such day");
    // 29 February all along: back to it every fourth year.
    let mut chain = vec![day("2024-02-29")];
    while chain.len() < 9 {
        let (last, before) = chain.split_last().unwrap();
        let next = due_again(Repeats::Yearly, *last, before.iter().copied()).unwrap();
        chain.push(next);
    }
    let said: Vec<String> = chain.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "2024-02-29",
            "2025-02-28",
            "2026-02-28",
            "2027-02-28",
            "2028-02-29",
            "2029-02-28",
            "2030-02-28",
            "2031-02-28",
            "2032-02-29"
        ]
    );
}
