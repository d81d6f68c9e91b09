//! Who may what, case by case.

use uuid::Uuid;

use super::*;

fn organisation(number: u8) -> OrganisationId {
    OrganisationId::from(Uuid::from_bytes([number; 16]))
}

fn caller(memberships: &[(u8, Role, bool)]) -> Caller {
    Caller {
        user: UserId::from(Uuid::from_bytes([200; 16])),
        through: Through::Session(SessionId::from(Uuid::from_bytes([201; 16]))),
        memberships: memberships
            .iter()
            .map(|(number, role, active)| Membership {
                organisation: organisation(*number),
                role: *role,
                active: *active,
            })
            .collect(),
        network_admin: false,
        narrowed: None,
        acting: None,
        locale: Locale::Ar,
        password_change_required: false,
        second_factor_setup_required: false,
    }
}

fn network_admin(memberships: &[(u8, Role, bool)]) -> Caller {
    Caller { network_admin: true, ..caller(memberships) }
}

fn outcome(result: Result<Permit>) -> std::result::Result<OrganisationId, Code> {
    result.map(|permit| permit.organisation()).map_err(|problem| problem.code())
}

use Role::{Admin, Contributor, Coordinator, Viewer};

#[test]
fn a_write_takes_the_one_organisation_that_holds_the_right_and_is_concerned() {
    type Case = (&'static [(u8, Role, bool)], Right, &'static [u8], std::result::Result<u8, Code>);
    let cases: &[Case] = &[
        (&[], Right::VisitsWrite, &[1], Err(Code::Forbidden)),
        (&[(1, Viewer, true)], Right::VisitsWrite, &[1], Err(Code::Forbidden)),
        (&[(1, Contributor, true)], Right::VisitsWrite, &[1], Ok(1)),
        (&[(1, Contributor, true)], Right::VisitsDecide, &[1, 2], Err(Code::Forbidden)),
        (&[(1, Coordinator, true)], Right::VisitsDecide, &[1, 2], Ok(1)),
        (&[(1, Coordinator, true)], Right::VisitsDecide, &[2], Err(Code::Forbidden)),
        (&[(1, Coordinator, true)], Right::VisitsDecide, &[], Err(Code::Forbidden)),
        (&[(1, Coordinator, true), (2, Viewer, true)], Right::VisitsDecide, &[1, 2], Ok(1)),
        (&[(1, Coordinator, true), (2, Admin, true)], Right::VisitsDecide, &[2, 3], Ok(2)),
        (
            &[(1, Coordinator, true), (2, Admin, true)],
            Right::VisitsDecide,
            &[1, 2],
            Err(Code::OrganisationAmbiguous),
        ),
        (&[(1, Coordinator, true), (2, Admin, true)], Right::ProgrammesSign, &[1, 2], Ok(2)),
        (&[(1, Coordinator, true), (2, Admin, false)], Right::VisitsDecide, &[1, 2], Ok(1)),
        (&[(1, Admin, false)], Right::VisitsDecide, &[1], Err(Code::Forbidden)),
        (&[(1, Coordinator, true)], Right::VisitsDecide, &[1, 1], Ok(1)),
        (&[(1, Admin, true)], Right::NetworkOrganisations, &[1], Err(Code::Forbidden)),
    ];
    for (memberships, right, concerned, expected) in cases {
        let concerned: Vec<OrganisationId> = concerned.iter().copied().map(organisation).collect();
        let found = outcome(caller(memberships).permit(*right, &concerned));
        assert_eq!(found, expected.map(organisation), "{memberships:?} {right} {concerned:?}");
    }
}

#[test]
fn the_refusals_say_what_is_missing() {
    let refused = caller(&[(1, Viewer, true)]).permit(Right::VisitsDecide, &[organisation(1)]).unwrap_err();
    assert_eq!(refused.member("required_permission").unwrap(), "visits:decide");
    let two = caller(&[(1, Admin, true), (2, Admin, true)]);
    let ambiguous = two.permit_somewhere(Right::VisitsWrite).unwrap_err();
    let named: Vec<String> = ambiguous.field_errors().iter().map(|error| error.detail.clone()).collect();
    assert_eq!(named, [organisation(1).to_string(), organisation(2).to_string()]);
    let acting = two.act_as(organisation(2)).unwrap();
    assert_eq!(outcome(acting.permit_somewhere(Right::VisitsWrite)), Ok(organisation(2)));
}

#[test]
fn with_the_header_the_caller_is_that_organisation_only() {
    let both = network_admin(&[(1, Admin, true), (2, Viewer, true)]);
    let acting = both.clone().act_as(organisation(2)).unwrap();
    assert_eq!(acting.acting, Some(organisation(2)));
    assert_eq!(acting.rights_in(organisation(1)), Rights::NONE);
    assert_eq!(acting.rights_in(organisation(2)), Viewer.rights());
    assert!(!acting.holds_anywhere(Right::VisitsWrite) && both.holds_anywhere(Right::VisitsWrite));
    assert!(acting.network_rights().is_empty() && !acting.holds_anywhere(Right::NetworkTokens));
    assert!(acting.permit_network(Right::NetworkTokens).is_err());
    let sight = acting.sight(Right::OrganisationsRead);
    assert!(
        sight.sees_own(organisation(2)) && !sight.sees_own(organisation(1)) && !sight.all_organisations()
    );
    assert_eq!(both.act_as(organisation(3)).unwrap_err().code(), Code::NotAMember);
}

fn is_blind(sight: &Sight) -> bool {
    sight.organisations().is_empty() && !sight.network() && !sight.all_organisations()
}

#[test]
fn in_an_organisation_that_is_not_active_one_reads_its_own_and_no_more() {
    let suspended = caller(&[(1, Admin, false)]);
    let rights = suspended.rights_in(organisation(1));
    assert_eq!(rights, Admin.rights().reads());
    assert!(rights.contains(Right::VisitsRead) && rights.contains(Right::AuditRead));
    assert!(!suspended.holds_anywhere(Right::VisitsWrite));
    let sight = suspended.sight(Right::VisitsRead);
    assert!(sight.sees_own(organisation(1)) && !sight.network());
    assert_eq!(sight.organisations(), [Seen { organisation: organisation(1), active: false }]);
    let mixed = caller(&[(1, Admin, false), (2, Viewer, true)]).sight(Right::VisitsRead);
    assert!(mixed.network());
    let active = |n| mixed.organisations().contains(&Seen { organisation: organisation(n), active: true });
    assert!(active(2) && !active(1));
    let again = suspended.permit_even_inactive(Right::OrganisationsWrite, organisation(1));
    assert_eq!(outcome(again), Ok(organisation(1)));
    let viewer = caller(&[(1, Viewer, false)]);
    assert_eq!(
        outcome(viewer.permit_even_inactive(Right::OrganisationsWrite, organisation(1))),
        Err(Code::Forbidden)
    );
}

#[test]
fn sight_goes_through_those_memberships_that_hold_the_right() {
    let mixed = caller(&[(1, Viewer, true), (2, Coordinator, true)]);
    let donors = mixed.sight(Right::DonorsRead);
    assert_eq!(donors.organisations(), [Seen { organisation: organisation(2), active: true }]);
    assert!(donors.network() && donors.right() == Right::DonorsRead);
    assert_eq!(mixed.sight(Right::VisitsRead).organisations().len(), 2);
    assert!(is_blind(&caller(&[(1, Viewer, true)]).sight(Right::DonorsRead)));
    assert!(is_blind(&caller(&[]).sight(Right::OrganisationsRead)));
}

#[test]
fn the_network_admin_looks_over_all_and_acts_for_none() {
    let admin = network_admin(&[]);
    for (right, held) in [
        (Right::NetworkOrganisations, true),
        (Right::NetworkTokens, true),
        (Right::NetworkAudit, true),
        (Right::OrganisationsRead, true),
        (Right::AuditRead, true),
        (Right::TokensRead, true),
        (Right::MembersRead, false),
        (Right::VisitsRead, false),
        (Right::DonorsRead, false),
        (Right::OrganisationsWrite, false),
        (Right::TokensWrite, false),
    ] {
        assert_eq!(admin.holds_anywhere(right), held, "{right}");
        assert_eq!(admin.require_anywhere(right).is_ok(), held, "{right}");
    }
    let sight = admin.sight(Right::OrganisationsRead);
    assert!(sight.all_organisations() && !sight.network() && sight.organisations().is_empty());
    assert!(is_blind(&admin.sight(Right::VisitsRead)));
    assert_eq!(
        admin.permit_network(Right::NetworkOrganisations).unwrap().right(),
        Right::NetworkOrganisations
    );
    assert!(admin.permit_network(Right::OrganisationsRead).is_err(), "the counterpart is for looking only");
    assert_eq!(outcome(admin.permit_somewhere(Right::OrganisationsWrite)), Err(Code::Forbidden));
}

#[test]
fn narrowing_takes_away_and_never_gives() {
    let narrowed = Caller {
        narrowed: Some(Rights::of(&[Right::VisitsRead, Right::VisitsDecide, Right::NetworkAudit])),
        ..network_admin(&[(1, Contributor, true)])
    };
    assert_eq!(narrowed.rights_in(organisation(1)), Rights::of(&[Right::VisitsRead]));
    assert_eq!(narrowed.network_rights(), Rights::of(&[Right::NetworkAudit]));
    assert_eq!(outcome(narrowed.permit_somewhere(Right::VisitsWrite)), Err(Code::Forbidden));
    assert!(narrowed.sight(Right::AuditRead).all_organisations());
    assert!(!narrowed.sight(Right::OrganisationsRead).all_organisations());
}

#[test]
fn a_temporary_password_lets_nothing_through_but_its_change() {
    let caller = Caller { password_change_required: true, ..network_admin(&[(1, Admin, true)]) };
    let refused = Some(Code::PasswordChangeRequired);
    let code = |problem: Problem| problem.code();
    assert_eq!(caller.require_anywhere(Right::VisitsRead).err().map(code), refused);
    assert_eq!(caller.permit(Right::VisitsWrite, &[organisation(1)]).err().map(code), refused);
    assert_eq!(caller.permit_network(Right::NetworkTokens).err().map(code), refused);
    assert!(is_blind(&caller.sight(Right::OrganisationsRead)));
    assert_eq!(caller.permit_self().unwrap().user(), caller.user);
}

#[test]
fn the_claims_of_a_token_make_the_caller() {
    let mut claims = crate::access::jwt::tests::claims();
    claims.roles = [(organisation(1), Admin), (organisation(2), Viewer)].into_iter().collect();
    claims.suspended = vec![organisation(1)];
    let caller = Caller::from_claims(&claims);
    assert_eq!(caller.memberships, self::caller(&[(1, Admin, false), (2, Viewer, true)]).memberships);
    assert_eq!((caller.user, caller.person().unwrap()), (UserId(claims.sub), claims.sid));
    assert!(!caller.network_admin && caller.acting.is_none() && !caller.password_change_required);
    assert!(caller.is_member_of(organisation(1)) && !caller.is_member_of(organisation(3)));
}

#[test]
fn each_organisation_asks_a_right_of_its_own() {
    let asked = [(Right::RegistrationsWrite, organisation(1)), (Right::RegistrationsRead, organisation(2))];
    let permitted = |memberships: &[(u8, Role, bool)]| {
        let permit = caller(memberships).permit_each(&asked);
        permit.map(|permit| (permit.organisation(), permit.right())).map_err(|problem| problem.code())
    };
    assert_eq!(permitted(&[(1, Admin, true)]), Ok(asked_of(&asked, 0)));
    assert_eq!(permitted(&[(2, Coordinator, true)]), Ok(asked_of(&asked, 1)));
    assert_eq!(permitted(&[(1, Coordinator, true), (2, Admin, true)]), Ok(asked_of(&asked, 1)));
    assert_eq!(permitted(&[(1, Admin, true), (2, Admin, true)]), Err(Code::OrganisationAmbiguous));
    assert_eq!(permitted(&[(1, Coordinator, true), (2, Viewer, true)]), Err(Code::Forbidden));
    assert_eq!(permitted(&[(3, Admin, true)]), Err(Code::Forbidden));
    assert_eq!(permitted(&[(1, Admin, false)]), Err(Code::Forbidden));
    assert_eq!(outcome(caller(&[(1, Admin, true)]).permit_each(&[])), Err(Code::Forbidden));
    let temporary = Caller { password_change_required: true, ..caller(&[(1, Admin, true)]) };
    assert_eq!(outcome(temporary.permit_each(&asked)), Err(Code::PasswordChangeRequired));
}

fn asked_of(asked: &[(Right, OrganisationId)], at: usize) -> (OrganisationId, Right) {
    (asked[at].1, asked[at].0)
}

#[test]
fn an_access_token_acts_for_its_owner_but_is_no_person() {
    let mut claims = crate::access::jwt::tests::claims();
    claims.roles = [(organisation(1), Role::Admin)].into_iter().collect();
    let owner = UserId::from(Uuid::from_bytes([7; 16]));
    claims.owner = Some(owner);
    let caller = Caller::from_claims(&claims);
    assert_eq!((caller.user, caller.subject()), (owner, claims.sub));
    assert_eq!(caller.access_token().map(AccessTokenId::uuid), Some(claims.sub));
    let code = |refused: Option<Problem>| refused.map(|problem| problem.code());
    assert_eq!(code(caller.person().err()), Some(Code::PersonRequired));
    assert_eq!(code(caller.permit_self().err()), Some(Code::PersonRequired));
    assert_eq!(
        code(caller.permit(Right::ProgrammesSign, &[organisation(1)]).err()),
        Some(Code::PersonRequired)
    );
    assert_eq!(caller.permit(Right::ProgrammesDecide, &[organisation(1)]).unwrap().user(), owner);
}
