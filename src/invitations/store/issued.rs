//! Invitations issued, looked up and withdrawn.

use diesel::prelude::*;

use super::mailing::{self, Issuer, link};
use crate::access::codes::{self, Digest};
use crate::access::{Permit, Role};
use crate::accounts::model::NetworkRoleName;
use crate::accounts::store as accounts;
use crate::db::schema::{invitations, organisations};
use crate::db::{Db, Root, dialect};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::model::{Invitation, InvitationPreview, InvitationState, IssuedInvitation};
use crate::invitations::rules::{self, LASTS, Marks};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::mail::outbox;
use crate::organisations::codes::OrganisationStatus;
use crate::organisations::store::admins::has_admin;
use crate::text::{LocalizedText, Name};
use crate::types::{Email, Instant, InvitationId, Json, MemberId, OrganisationId, Phone, UserId};

/// What the journal calls it.
pub const KIND: &str = "invitation";

/// An invitation to be issued.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    /// To which organisation; none: to administer the network.
    pub organisation: Option<OrganisationId>,
    /// A member who is to sign in.
    pub member: Option<MemberId>,
    /// The role that it gives in the organisation.
    pub role: Option<Role>,
    /// Whom it is for.
    pub name: Option<Name>,
    /// Their title.
    pub title: Option<LocalizedText>,
    /// What they will sign in with.
    pub email: Option<Email>,
    /// What they will sign in with.
    pub phone: Option<Phone>,
    /// Who issues it; none on the command line.
    pub invited_by: Option<UserId>,
    /// Why, for an organisation without an admin of its own.
    pub reason: Option<LocalizedText>,
    /// From when it works, if not at once.
    pub usable_from: Option<Instant>,
}

/// Issues an invitation. Whether there is an account already makes no difference here: nobody learns it.
///
/// # Errors
/// The engine's.
pub fn issue(w: &mut Writer<'_>, issuer: Issuer<'_>, issue: &Issue) -> Result<IssuedInvitation> {
    let unreadable = || Problem::internal("a token that was just made can't be read");
    let (token, code) = (codes::invitation_token()?, codes::read_out_code()?);
    let token_digest = codes::invitation_digest(token.expose()).ok_or_else(unreadable)?;
    let code_digest = codes::read_out_digest(code.expose()).ok_or_else(unreadable)?;
    let (id, now): (InvitationId, Instant) = (w.new_id(), w.now());
    let usable_from = issue.usable_from.unwrap_or(now);
    let expires_at = usable_from.plus(LASTS);
    diesel::insert_into(invitations::table)
        .values((
            (
                invitations::id.eq(id),
                invitations::organisation_id.eq(issue.organisation),
                invitations::member_id.eq(issue.member),
                invitations::role.eq(issue.role),
                invitations::name.eq(issue.name.as_ref().map(Json::new).transpose()?),
                invitations::title.eq(issue.title.as_ref().map(Json::new).transpose()?),
                invitations::email.eq(issue.email.as_ref().map(Email::folded)),
                invitations::phone.eq(issue.phone.as_ref().map(Phone::as_str)),
            ),
            invitations::token_digest.eq(&token_digest[..]),
            invitations::code_digest.eq(&code_digest[..]),
            invitations::invited_by.eq(issue.invited_by),
            invitations::reason.eq(issue.reason.as_ref().map(Json::new).transpose()?),
            invitations::usable_from.eq(usable_from),
            invitations::expires_at.eq(expires_at),
            invitations::created_at.eq(now),
        ))
        .execute(w.db())?;
    let kept = Kept { row: row(w.db(), id)?, organisation: None };
    w.record(Entry {
        action: "invitation.created",
        thing: Thing::new(KIND, id),
        version: 1,
        changes: Changes::between(None, Some(&kept.public(now)))?.names_only(&["email", "phone"]),
    })?;
    if let (Issuer::Server(app), Some(email)) = (issuer, &issue.email) {
        mailing::mail(w, app, (id, email), &token, (usable_from, expires_at))?;
    }
    let link = link(issuer.public_url(), token.expose());
    Ok(IssuedInvitation {
        id,
        role: issue.role,
        expires_at,
        token: token.expose().to_owned().into(),
        code: code.expose().to_owned().into(),
        link: link.into(),
    })
}

/// What somebody holds who was invited.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// The token's digest.
    Token(Digest),
    /// The code's.
    Code(Digest),
}

impl Key {
    /// Reads a token or a code.
    ///
    /// # Errors
    /// `invitation-invalid` when it can't be one.
    pub fn read(token: Option<&str>, code: Option<&str>) -> Result<Self> {
        let token = token.and_then(codes::invitation_digest).map(Self::Token);
        let key = token.or_else(|| code.and_then(codes::read_out_digest).map(Self::Code));
        key.ok_or_else(|| Problem::new(Code::InvitationInvalid))
    }
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: InvitationId,
    organisation_id: Option<OrganisationId>,
    member_id: Option<MemberId>,
    role: Option<Role>,
    name: Option<Json<Name>>,
    title: Option<Json<LocalizedText>>,
    email: Option<String>,
    phone: Option<String>,
    invited_by: Option<UserId>,
    reason: Option<Json<LocalizedText>>,
    usable_from: Instant,
    expires_at: Instant,
    accepted_at: Option<Instant>,
    revoked_at: Option<Instant>,
    objected_by: Option<MemberId>,
    created_at: Instant,
}

/// An invitation as kept, with what its organisation is called.
#[derive(Debug, Clone)]
pub struct Kept {
    row: Row,
    organisation: Option<Json<Name>>,
}

impl Kept {
    /// Its id.
    pub fn id(&self) -> InvitationId {
        self.row.id
    }

    /// To which organisation; none: to administer the network.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.row.organisation_id
    }

    /// The member who is to sign in.
    pub fn member(&self) -> Option<MemberId> {
        self.row.member_id
    }

    /// The role that it gives.
    pub fn role(&self) -> Option<Role> {
        self.row.role
    }

    /// Whom it is for.
    pub fn name(&self) -> Option<&Json<Name>> {
        self.row.name.as_ref()
    }

    /// Their title.
    pub fn title(&self) -> Option<&Json<LocalizedText>> {
        self.row.title.as_ref()
    }

    /// E-mail and phone for which it is.
    pub fn logins(&self) -> accounts::LoginColumns {
        accounts::LoginColumns { email: self.row.email.clone(), phone: self.row.phone.clone() }
    }

    /// What its organisation is called; none: to administer the network.
    pub fn organisation_name(&self) -> Option<&Json<Name>> {
        self.organisation.as_ref()
    }

    /// Who issued it; none on the command line.
    pub fn invited_by(&self) -> Option<UserId> {
        self.row.invited_by
    }

    /// From when it works.
    pub fn usable_from(&self) -> Instant {
        self.row.usable_from
    }

    /// Where it stands.
    pub fn state(&self, now: Instant) -> InvitationState {
        let Row { expires_at, accepted_at, revoked_at, .. } = self.row;
        let objected = self.row.objected_by.is_some();
        rules::state(&Marks { expires_at, accepted_at, revoked_at, objected }, now)
    }

    /// As its organisation's admins see it.
    pub fn public(&self, now: Instant) -> Invitation {
        let row = self.row.clone();
        Invitation {
            id: row.id,
            role: row.role,
            name: row.name,
            title: row.title,
            member_id: row.member_id,
            email: row.email,
            phone: row.phone,
            state: self.state(now),
            reason: row.reason,
            invited_by: row.invited_by,
            usable_from: row.usable_from,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            created_at: row.created_at,
        }
    }

    /// As whoever holds it sees it.
    pub fn preview(&self) -> InvitationPreview {
        let row = self.row.clone();
        InvitationPreview {
            organisation_id: row.organisation_id,
            organisation_name: self.organisation.clone(),
            role: row.role,
            network_role: row.organisation_id.is_none().then_some(NetworkRoleName::NetworkAdmin),
            name: row.name,
            title: row.title,
            email: row.email,
            phone: row.phone,
            usable_from: row.usable_from,
            expires_at: row.expires_at,
        }
    }
}

fn row(db: &mut Db, id: InvitationId) -> Result<Row> {
    Ok(invitations::table.find(id).select(Row::as_select()).first(db)?)
}

/// The invitation that somebody holds, while it can be accepted: pending, its organisation active and,
/// where it was issued for want of an admin, still without one.
///
/// # Errors
/// `invitation-invalid`, whatever the reason.
pub fn find(db: &mut Db, key: &Key, now: Instant) -> Result<Kept> {
    let invalid = || Problem::new(Code::InvitationInvalid);
    let query = invitations::table.select(Row::as_select()).into_boxed();
    let query = match key {
        Key::Token(digest) => query.filter(invitations::token_digest.eq(&digest[..])),
        Key::Code(digest) => query.filter(invitations::code_digest.eq(&digest[..])),
    };
    let row: Row = query.first(db).optional()?.ok_or_else(invalid)?;
    let organisation = match row.organisation_id {
        None => None,
        Some(id) => {
            let (name, status): (Json<Name>, OrganisationStatus) = organisations::table
                .find(id)
                .select((organisations::name, organisations::status))
                .first(db)?;
            // The network admin's is for an organisation without an admin, when it is accepted too.
            let is_needless = row.reason.is_some() && has_admin(db, id)?;
            if status != OrganisationStatus::Active || is_needless {
                return Err(invalid());
            }
            Some(name)
        }
    };
    let kept = Kept { row, organisation };
    if kept.state(now) == InvitationState::Pending { Ok(kept) } else { Err(invalid()) }
}

/// As [`find`], with its organisation locked: nothing about it changes until the write ends.
///
/// # Errors
/// `invitation-invalid`.
pub fn lock_and_find(w: &mut Writer<'_>, key: &Key) -> Result<Kept> {
    let now = w.now();
    let seen = find(w.db(), key, now)?;
    if let Some(organisation) = seen.organisation() {
        dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
    }
    find(w.db(), key, now)
}

/// The invitations of an organisation, newest first, one more than the page's limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, permit: &Permit, page: &PageRequest, now: Instant) -> Result<Vec<Invitation>> {
    let (created_at, id) = page.before();
    let rows: Vec<Row> = invitations::table
        .filter(invitations::organisation_id.eq(Some(permit.organisation())))
        .filter(invitations::created_at.le(created_at))
        .filter(invitations::created_at.lt(created_at).or(invitations::id.lt(InvitationId(id.0))))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(page.rows())
        .select(Row::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(|row| Kept { row, organisation: None }.public(now)).collect())
}

/// Withdraws an invitation; one that was withdrawn already stays so.
///
/// # Errors
/// `not-found`; `state-conflict` when it made a member.
pub fn withdraw(w: &mut Writer<'_>, permit: &Permit, id: InvitationId) -> Result<()> {
    let now = w.now();
    let found = invitations::table
        .find(id)
        .filter(invitations::organisation_id.eq(Some(permit.organisation())))
        .select(Row::as_select())
        .first(w.db())
        .optional()?;
    let row: Row = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let kept = Kept { row, organisation: None };
    match kept.state(now) {
        InvitationState::Revoked => Ok(()),
        InvitationState::Accepted => Err(Problem::new(Code::StateConflict)
            .with("state", InvitationState::Accepted)
            .with("allowed_actions", [""; 0])),
        _ => revoke(w, id, now),
    }
}

/// Withdraws what is pending of an organisation: to be called when its activity ends.
///
/// # Errors
/// The engine's.
pub fn withdraw_all(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    let now = w.now();
    let pending: Vec<InvitationId> = invitations::table
        .filter(invitations::organisation_id.eq(Some(organisation)))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .select(invitations::id)
        .load(w.db())?;
    pending.into_iter().try_for_each(|id| revoke(w, id, now))
}

pub(super) fn revoke(w: &mut Writer<'_>, id: InvitationId, now: Instant) -> Result<()> {
    diesel::update(invitations::table.find(id)).set(invitations::revoked_at.eq(Some(now))).execute(w.db())?;
    outbox::withdraw(w, id)?;
    let thing = Thing::new(KIND, id);
    w.record(Entry { action: "invitation.revoked", thing, version: 2, changes: Changes::none() })
}
