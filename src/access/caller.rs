//! Who calls, what they may see and what they may do: access that can't be forgotten.
//!
//! A store is reached with a **proof**, never with a promise. What reads takes a [`Sight`], which only
//! [`Caller::sight`] makes, and filters by it inside the query. What writes takes a [`Permit`] (an organisation's),
//! a [`NetworkPermit`] (the network administrator's) or a [`SelfPermit`] (one's own account). Their fields are private and
//! they have no constructor outside of this file, so code that forgot to check does not compile. A permit names the one
//! organisation on whose behalf the write happens; the journal takes it from there.
//!
//! With the header `Awasir-Organisation` the caller is that organisation's only, in reads too; the
//! network's rights, which are the person's and no organisation's, do not apply then.
//! Without it reads are the union of all memberships. A membership whose organisation isn't active reads its own and does nothing else.

use super::jwt::Claims;
use super::rights::{Right, Rights};
use super::role::Role;
use crate::Result;
use crate::http::problem::{Code, FieldError, Problem};
use crate::text::Locale;
use crate::types::id::{AccessTokenId, OrganisationId, SessionId, UserId};
use uuid::Uuid;

mod sight;

pub use sight::{Seen, Sight};

/// One membership of the caller.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Membership {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// Whether the organisation is active; if not (suspended, left, dissolved), its people read its own and no more.
    pub active: bool,
}

/// Through what somebody calls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Through {
    /// A person who signed in.
    Session(SessionId),
    /// A machine, by an access token for which a person answers.
    AccessToken(AccessTokenId),
}

/// Who calls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// The person who answers for the call: who signed in, or the access token's owner.
    pub user: UserId,
    /// Through what they call.
    pub through: Through,
    /// Where they belong; with `acting`, only there.
    pub memberships: Vec<Membership>,
    /// Whether they administer the network. False while they act for an organisation.
    pub network_admin: bool,
    /// Never more than these, whatever the roles give.
    pub narrowed: Option<Rights>,
    /// The organisation that the header named.
    pub acting: Option<OrganisationId>,
    /// The language that they read.
    pub locale: Locale,
    /// Whether a temporary password must be changed before anything else.
    pub password_change_required: bool,
    /// Whether a second factor must be set up before anything but one's own account is seen to.
    pub second_factor_setup_required: bool,
}

/// The proof that the caller holds a right in an organisation which the thing concerns.
#[derive(Debug, Eq, PartialEq)]
pub struct Permit {
    organisation: OrganisationId,
    right: Right,
    user: UserId,
}

/// The proof that the caller holds a right of the network's.
#[derive(Debug, Eq, PartialEq)]
pub struct NetworkPermit {
    right: Right,
    user: UserId,
}

/// The proof that the caller is the person whose account is to be changed.
#[derive(Debug, Eq, PartialEq)]
pub struct SelfPermit {
    user: UserId,
}

impl Caller {
    /// The caller of a verified token.
    pub fn from_claims(claims: &Claims) -> Self {
        let memberships = claims.roles.iter().map(|(organisation, role)| Membership {
            organisation: *organisation,
            role: *role,
            active: !claims.suspended.contains(organisation),
        });
        Self {
            user: claims.user(),
            through: claims.through(),
            memberships: memberships.collect(),
            network_admin: claims.is_network_admin(),
            narrowed: claims.permissions,
            acting: None,
            locale: claims.locale,
            password_change_required: claims.pwd,
            second_factor_setup_required: claims.enrol,
        }
    }

    /// The same caller as one of this organisation's people only (the header `Awasir-Organisation`).
    /// 403 `not-a-member` when they don't belong to it.
    pub fn act_as(mut self, organisation: OrganisationId) -> Result<Self> {
        self.memberships.retain(|membership| membership.organisation == organisation);
        if self.memberships.is_empty() {
            return Err(Problem::new(Code::NotAMember));
        }
        self.network_admin = false;
        self.acting = Some(organisation);
        Ok(self)
    }

    /// What the caller may do in an organisation; in one that isn't active, read.
    pub fn rights_in(&self, organisation: OrganisationId) -> Rights {
        let here = self.memberships.iter().filter(|membership| membership.organisation == organisation);
        here.fold(Rights::NONE, |rights, membership| rights.union(self.rights_of(membership)))
    }

    /// The highest role that the caller has in an organisation.
    pub fn role_in(&self, organisation: OrganisationId) -> Option<Role> {
        let here = self.memberships.iter().filter(|membership| membership.organisation == organisation);
        here.map(|membership| membership.role).max()
    }

    /// What the caller may do for the network.
    pub fn network_rights(&self) -> Rights {
        if self.network_admin { self.narrow(Rights::NETWORK_ADMIN) } else { Rights::NONE }
    }

    /// Whether the right is held in any organisation or, the network's (or its counterpart over all), for the network.
    pub fn holds_anywhere(&self, right: Right) -> bool {
        self.holds_in_some(right) || self.holds_over_all(right) || self.network_rights().contains(right)
    }

    /// Refuses who can't do it anywhere: the check that stands before the thing is even looked for.
    /// 403 `password-change-required`, `second-factor-setup-required`, `forbidden`.
    pub fn require_anywhere(&self, right: Right) -> Result<()> {
        self.require_settled()?;
        if self.holds_anywhere(right) { Ok(()) } else { Err(forbidden(right)) }
    }

    /// Refuses with 403 `password-change-required` while a temporary password stands.
    pub fn require_own_password(&self) -> Result<()> {
        if self.password_change_required { Err(Problem::new(Code::PasswordChangeRequired)) } else { Ok(()) }
    }

    /// Refuses who has to see to their own account first: 403 `password-change-required`, 403
    /// `second-factor-setup-required`.
    pub fn require_settled(&self) -> Result<()> {
        self.require_own_password()?;
        if self.second_factor_setup_required {
            return Err(Problem::new(Code::SecondFactorSetupRequired));
        }
        Ok(())
    }

    /// Whether the caller belongs to the organisation, in whatever role and state.
    pub fn is_member_of(&self, organisation: OrganisationId) -> bool {
        self.memberships.iter().any(|membership| membership.organisation == organisation)
    }

    /// Through which organisations the caller reads what needs `right`. Empty while their own account is to be seen to.
    pub fn sight(&self, right: Right) -> Sight {
        let mut sight = Sight { right, organisations: Vec::new(), network: false, all_organisations: false };
        if self.require_settled().is_err() {
            return sight;
        }
        for membership in
            self.memberships.iter().filter(|membership| self.rights_of(membership).contains(right))
        {
            sight
                .organisations
                .push(Seen { organisation: membership.organisation, active: membership.active });
            sight.network |= membership.active;
        }
        sight.all_organisations = self.holds_over_all(right);
        sight
    }

    /// Leave to write to a thing that concerns these organisations: on behalf of the one among them in which
    /// the caller holds the right. None: 403 `forbidden`; more than one: 400 `organisation-ambiguous`, with which.
    pub fn permit(&self, right: Right, concerned: &[OrganisationId]) -> Result<Permit> {
        self.permit_where(right, |membership| {
            concerned.contains(&membership.organisation) && self.rights_of(membership).contains(right)
        })
    }

    /// Leave to write to a thing that asks a right of its own of each organisation that it concerns: on behalf of the one
    /// among them in which the caller holds it. None: 403 `forbidden`, naming the first; errors else as
    /// [`permit`](Self::permit).
    pub fn permit_each(&self, asked: &[(Right, OrganisationId)]) -> Result<Permit> {
        let mut able = Vec::new();
        for (right, organisation) in asked {
            match self.permit(*right, &[*organisation]) {
                Ok(permit) => able.push(permit),
                Err(problem) if problem.code() == Code::Forbidden => {}
                Err(problem) => return Err(problem),
            }
        }
        match (able.pop(), able.is_empty()) {
            (Some(permit), true) => Ok(permit),
            (Some(permit), false) => {
                let others = able.iter().map(Permit::organisation);
                Err(ambiguous(&others.chain([permit.organisation()]).collect::<Vec<_>>()))
            }
            (None, _) => match asked.first() {
                Some((right, _)) => Err(forbidden(*right)),
                None => Err(Problem::new(Code::Forbidden)),
            },
        }
    }

    /// Leave to write what concerns no organisation yet (a new community, a new visit): on behalf of the one in
    /// which the caller holds the right. Errors as [`permit`](Self::permit).
    pub fn permit_somewhere(&self, right: Right) -> Result<Permit> {
        self.permit_where(right, |membership| self.rights_of(membership).contains(right))
    }

    /// Leave to write what names these organisations, on behalf of one of them; where the caller holds the right in
    /// none of them, of the one in which they hold it. Errors as [`permit`](Self::permit).
    pub fn permit_among(&self, right: Right, named: &[OrganisationId]) -> Result<Permit> {
        match self.permit(right, named) {
            Err(problem) if problem.code() == Code::Forbidden => self.permit_somewhere(right),
            other => other,
        }
    }

    /// Leave for the few things that the people of an organisation may do while it isn't active
    /// (apply again after leaving). The role counts as if it were.
    pub fn permit_even_inactive(&self, right: Right, organisation: OrganisationId) -> Result<Permit> {
        self.permit_where(right, |membership| {
            membership.organisation == organisation && self.narrow(membership.role.rights()).contains(right)
        })
    }

    /// Leave to do what is the network administrator's. 403 `forbidden`.
    pub fn permit_network(&self, right: Right) -> Result<NetworkPermit> {
        self.require_settled()?;
        if !self.network_rights().contains(right) {
            return Err(forbidden(right));
        }
        Ok(NetworkPermit { right, user: self.user })
    }

    /// Leave to change one's own account and sessions, also while that is all that one may do. 403
    /// `person-required` for an access token.
    pub fn permit_self(&self) -> Result<SelfPermit> {
        self.person()?;
        Ok(SelfPermit { user: self.user })
    }

    /// The session of the person who calls. 403 `person-required` for an access token.
    pub fn person(&self) -> Result<SessionId> {
        match self.through {
            Through::Session(session) => Ok(session),
            Through::AccessToken(_) => Err(Problem::new(Code::PersonRequired)),
        }
    }

    /// Refuses an access token that would give somebody a role with rights that it doesn't have itself: what it may not
    /// do would be done through them, also when it was withdrawn. So it makes nobody an admin, who signs. A person gives
    /// the roles that they may give. 403 `person-required`.
    pub fn check_gives(&self, role: Role, organisation: OrganisationId) -> Result<()> {
        if self.access_token().is_none() || self.rights_in(organisation).contains_all(role.rights()) {
            return Ok(());
        }
        let detail = "an access token gives no role with rights that it does not have itself";
        Err(Problem::new(Code::PersonRequired).detail(detail))
    }

    /// The access token through which a machine calls.
    pub fn access_token(&self) -> Option<AccessTokenId> {
        match self.through {
            Through::Session(_) => None,
            Through::AccessToken(token) => Some(token),
        }
    }

    /// Who is counted, remembered and logged as calling: the user, or the access token.
    pub fn subject(&self) -> Uuid {
        self.access_token().map_or(self.user.uuid(), AccessTokenId::uuid)
    }

    fn permit_where(&self, right: Right, may: impl Fn(&Membership) -> bool) -> Result<Permit> {
        self.require_settled()?;
        // A signature bears a person's name.
        if right == Right::ProgrammesSign {
            self.person()?;
        }
        let mut able: Vec<OrganisationId> = Vec::new();
        for membership in self.memberships.iter().filter(|membership| may(membership)) {
            if !able.contains(&membership.organisation) {
                able.push(membership.organisation);
            }
        }
        match able.as_slice() {
            [] => Err(forbidden(right)),
            [organisation] => Ok(Permit { organisation: *organisation, right, user: self.user }),
            several => Err(ambiguous(several)),
        }
    }

    fn rights_of(&self, membership: &Membership) -> Rights {
        let rights = self.narrow(membership.role.rights());
        if membership.active { rights } else { rights.reads() }
    }

    fn narrow(&self, rights: Rights) -> Rights {
        self.narrowed.map_or(rights, |narrowed| rights.intersection(narrowed))
    }

    fn holds_in_some(&self, right: Right) -> bool {
        self.memberships.iter().any(|membership| self.rights_of(membership).contains(right))
    }

    fn holds_over_all(&self, right: Right) -> bool {
        right.over_all().is_some_and(|over_all| self.network_rights().contains(over_all))
    }
}

impl Permit {
    /// On whose behalf.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The right that was checked.
    pub fn right(&self) -> Right {
        self.right
    }

    /// By whom.
    pub fn user(&self) -> UserId {
        self.user
    }
}

impl NetworkPermit {
    /// The right that was checked.
    pub fn right(&self) -> Right {
        self.right
    }

    /// By whom.
    pub fn user(&self) -> UserId {
        self.user
    }
}

impl SelfPermit {
    /// Whose account.
    pub fn user(&self) -> UserId {
        self.user
    }
}

fn forbidden(right: Right) -> Problem {
    Problem::new(Code::Forbidden).with("required_permission", right.as_str())
}

fn ambiguous(organisations: &[OrganisationId]) -> Problem {
    let candidates = organisations.iter().map(|organisation| FieldError {
        pointer: "Awasir-Organisation".to_owned(),
        code: "candidate",
        detail: organisation.to_string(),
    });
    Problem::new(Code::OrganisationAmbiguous)
        .detail("name the organisation you act for in the header Awasir-Organisation")
        .with_errors(candidates.collect())
}

#[cfg(test)]
mod tests;
