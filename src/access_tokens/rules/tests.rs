//! The rules of access tokens, case by case.

use super::*;

const GRACE: Duration = Duration::from_secs(14 * 24 * 3600);

fn day(number: i64) -> Instant {
    Instant::from_seconds(number * 24 * 3600)
}

#[test]
fn a_token_stands_where_its_marks_say() {
    let open = Marks { expires_at: day(300), orphaned_at: None, revoked_at: None };
    let orphan = Marks { orphaned_at: Some(day(100)), ..open };
    let cases = [
        (open, 299, AccessTokenState::Active),
        (open, 300, AccessTokenState::Expired),
        (orphan, 100, AccessTokenState::Orphaned),
        (orphan, 113, AccessTokenState::Orphaned),
        (orphan, 114, AccessTokenState::Expired),
        (Marks { expires_at: day(105), ..orphan }, 104, AccessTokenState::Orphaned),
        (Marks { expires_at: day(105), ..orphan }, 105, AccessTokenState::Expired),
        (Marks { revoked_at: Some(day(1)), ..orphan }, 2, AccessTokenState::Revoked),
        (Marks { revoked_at: Some(day(1)), ..open }, 400, AccessTokenState::Revoked),
    ];
    for (marks, now, expected) in cases {
        assert_eq!(marks.state(GRACE, day(now)), expected, "{marks:?} on day {now}");
    }
}

#[test]
fn a_token_may_what_role_list_and_owner_all_may() {
    for role in Role::ALL {
        for owner in Role::ALL {
            let all = in_force(*role, given_by(*role), *owner);
            assert!(role.rights().contains_all(all) && owner.rights().contains_all(all));
            assert!(!all.contains(Right::ProgrammesSign));
            assert_eq!(all, given_by(*role.min(owner)), "{role} {owner}");
            let reads = Rights::of(&[Right::VisitsRead]);
            assert_eq!(in_force(*role, reads, *owner), reads);
        }
    }
}

fn asked(role: Role, permissions: Rights, networks: &[Network], expires: i64) -> Asked<'_> {
    Asked { role, permissions, networks, expires_at: day(expires) }
}

fn codes(errors: Vec<FieldError>) -> Vec<(String, &'static str)> {
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

#[test]
fn a_new_one_is_never_above_its_maker() {
    let viewer = given_by(Role::Viewer);
    let check =
        |asked: Asked<'_>| codes(check_new(&asked, Role::Coordinator, Role::Coordinator.rights(), day(1)));
    assert_eq!(check(asked(Role::Viewer, viewer, &[], 367)), []);
    assert_eq!(check(asked(Role::Viewer, viewer, &[], 368)), [("/expires_at".to_owned(), "out-of-range")]);
    assert_eq!(check(asked(Role::Viewer, viewer, &[], 1)), [("/expires_at".to_owned(), "out-of-range")]);
    assert_eq!(check(asked(Role::Viewer, Rights::NONE, &[], 2)), [("/permissions".to_owned(), "too-few")]);
    let decides = Rights::of(&[Right::VisitsDecide]);
    assert_eq!(check(asked(Role::Viewer, decides, &[], 2)), [("/permissions".to_owned(), "not-held")]);
    assert_eq!(check(asked(Role::Coordinator, decides, &[], 2)), []);
    let tokens = Rights::of(&[Right::TokensRead]);
    assert_eq!(
        check(asked(Role::Admin, tokens, &[], 2)),
        [("/role".to_owned(), "not-held"), ("/permissions".to_owned(), "not-held")]
    );
    let sign = Rights::of(&[Right::ProgrammesSign]);
    let by_admin = check_new(&asked(Role::Admin, sign, &[], 2), Role::Admin, Role::Admin.rights(), day(1));
    assert_eq!(codes(by_admin), [("/permissions".to_owned(), "not-held")]);
}

#[test]
fn narrowing_only_narrows() {
    let networks: Vec<Network> =
        ["10.0.0.0/8", "2001:db8::/32"].iter().map(|one| one.parse().unwrap()).collect();
    let inside: Vec<Network> = vec!["10.1.0.0/16".parse().unwrap()];
    let beside: Vec<Network> = vec!["10.1.0.0/16".parse().unwrap(), "192.0.2.0/24".parse().unwrap()];
    let (all, few) = (given_by(Role::Contributor), Rights::of(&[Right::VisitsRead]));
    let before = asked(Role::Contributor, few, &networks, 100);
    let check = |asked: Asked<'_>, before: &Asked<'_>| codes(check_narrower(&asked, before, day(1)));
    let not = |pointer: &str| vec![(pointer.to_owned(), "not-narrower")];
    assert_eq!(check(before, &before), []);
    assert_eq!(check(asked(Role::Viewer, few, &inside, 99), &before), []);
    assert_eq!(check(asked(Role::Contributor, few, &beside, 100), &before), not("/allowed_networks"));
    assert_eq!(check(asked(Role::Contributor, few, &[], 100), &before), not("/allowed_networks"));
    assert_eq!(check(asked(Role::Contributor, all, &networks, 100), &before), not("/permissions"));
    assert_eq!(check(asked(Role::Contributor, few, &networks, 101), &before), not("/expires_at"));
    assert_eq!(check(asked(Role::Coordinator, few, &networks, 100), &before), not("/role"));
    let anywhere = asked(Role::Contributor, few, &[], 100);
    assert_eq!(check(before, &anywhere), []);
    let ended = codes(check_narrower(&asked(Role::Contributor, few, &networks, 1), &before, day(1)));
    assert_eq!(ended, [("/expires_at".to_owned(), "out-of-range")]);
    assert_eq!(codes(check_narrower(&before, &before, day(200))), [], "a name can be mended later too");
}
