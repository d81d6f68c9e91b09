//! Admins invited by the network's admin: the first one, and one for an organisation that lost its last.

use std::time::Duration;

use diesel::prelude::*;

use crate::access::{NetworkPermit, Permit, Role};
use crate::app::App;
use crate::db::Db;
use crate::db::schema::{invitations, members};
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::model::IssuedInvitation;
use crate::invitations::store::{Issue, Issuer, KIND, issue};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::mail::outbox;
use crate::organisations::bodies::NewAdminInvitation;
use crate::organisations::model::AdminInvitation;
use crate::text::Name;
use crate::types::{Email, Instant, InvitationId, MemberId, OrganisationId, Phone};

/// How long the members may object.
pub const TIME_TO_OBJECT: Duration = Duration::from_secs(72 * 3600);

/// Invites an organisation's first admin.
///
/// # Errors
/// The engine's.
pub fn invite_first(
    w: &mut Writer<'_>,
    by: &NetworkPermit,
    app: &App,
    organisation: OrganisationId,
    (name, email, phone): (Name, Option<Email>, Option<Phone>),
) -> Result<IssuedInvitation> {
    w.concern(organisation);
    let invitation = Issue {
        organisation: Some(organisation),
        role: Some(Role::Admin),
        name: Some(name),
        email,
        phone,
        invited_by: Some(by.user()),
        ..Issue::default()
    };
    issue(w, Issuer::Server(app), &invitation)
}

/// Whether somebody administers the organisation.
///
/// # Errors
/// The engine's.
pub fn has_admin(db: &mut Db, organisation: OrganisationId) -> Result<bool> {
    Ok(!crate::members::store::admins(db, organisation)?.is_empty())
}

/// Invites an admin for an organisation that has none; the one before it, if it is still open, ends.
///
/// # Errors
/// The engine's.
pub fn invite(
    w: &mut Writer<'_>,
    by: &NetworkPermit,
    app: &App,
    organisation: OrganisationId,
    new: &NewAdminInvitation,
) -> Result<IssuedInvitation> {
    let now = w.now();
    w.concern(organisation);
    let before = open(now, organisation).select(AdminInvitation::as_select()).load(w.db())?;
    for one in before {
        diesel::update(invitations::table.find(one.id))
            .set(invitations::revoked_at.eq(Some(now)))
            .execute(w.db())?;
        outbox::withdraw(w, one.id)?;
        ended(w, one.id, "invitation.revoked")?;
    }
    let invitation = Issue {
        organisation: Some(organisation),
        role: Some(Role::Admin),
        name: new.name.clone(),
        email: new.email.clone(),
        phone: new.phone.clone(),
        invited_by: Some(by.user()),
        reason: Some(new.reason.clone()),
        usable_from: Some(now.plus(TIME_TO_OBJECT)),
        ..Issue::default()
    };
    issue(w, Issuer::Server(app), &invitation)
}

type Open = diesel::helper_types::IntoBoxed<'static, invitations::table, crate::db::MultiBackend>;

/// Those with a reason are the network admin's.
fn open(now: Instant, organisation: OrganisationId) -> Open {
    invitations::table
        .into_boxed()
        .filter(invitations::organisation_id.eq(Some(organisation)))
        .filter(invitations::reason.is_not_null())
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::objected_by.is_null())
        .filter(invitations::expires_at.gt(now))
}

fn ended(w: &mut Writer<'_>, id: InvitationId, action: &'static str) -> Result<()> {
    w.record(Entry { action, thing: Thing::new(KIND, id), version: 2, changes: Changes::none() })
}

/// The last one issued, for the organisation's people.
///
/// # Errors
/// `not-found` when none ever was.
pub fn latest(db: &mut Db, organisation: OrganisationId) -> Result<AdminInvitation> {
    invitations::table
        .filter(invitations::organisation_id.eq(Some(organisation)))
        .filter(invitations::reason.is_not_null())
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .select(AdminInvitation::as_select())
        .first(db)
        .optional()?
        .ok_or_else(|| Problem::new(Code::NotFound))
}

/// A member objects to the one that is open.
///
/// # Errors
/// `state-conflict` when none is, or it can't be accepted any more: there is an admin again.
pub fn object(w: &mut Writer<'_>, permit: &Permit) -> Result<AdminInvitation> {
    let (now, organisation) = (w.now(), permit.organisation());
    let found: Option<InvitationId> =
        open(now, organisation).select(invitations::id).first(w.db()).optional()?;
    let none_pending =
        || Problem::new(Code::StateConflict).with("state", "none_pending").with("allowed_actions", [""; 0]);
    let id = found.ok_or_else(none_pending)?;
    if has_admin(w.db(), organisation)? {
        return Err(none_pending());
    }
    let member: MemberId = members::table
        .filter(members::organisation_id.eq(organisation))
        .filter(members::user_id.eq(Some(permit.user())))
        .filter(members::left_on.is_null())
        .select(members::id)
        .first(w.db())
        .optional()?
        .ok_or_else(|| Problem::new(Code::Forbidden))?;
    diesel::update(invitations::table.find(id))
        .set(invitations::objected_by.eq(Some(member)))
        .execute(w.db())?;
    outbox::withdraw(w, id)?;
    ended(w, id, "invitation.objected")?;
    latest(w.db(), organisation)
}
