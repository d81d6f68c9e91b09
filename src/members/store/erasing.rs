//! A member's personal values erased, wherever they stand by reference to the entry.

use diesel::prelude::*;

use super::{KIND, admins, end_entry, folded_of, not_found};
use crate::access::{Caller, Permit, Role, SelfPermit, Sight};
use crate::accounts::store as accounts;
use crate::db::schema::members::dsl;
use crate::db::schema::organisations;
use crate::db::{Db, Root, dialect};
use crate::http::idempotency;
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::store as invitations;
use crate::journal::{Changes, Erasure, Thing, Writer};
use crate::members::model::Member;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::store::erasing as programmes;
use crate::text::Name;
use crate::types::people::former;
use crate::types::{CalendarDate, Json, MemberId, OrganisationId, UserId};
use crate::visits::store::erasing as visits;

/// By whose leave an entry is erased.
pub enum By {
    /// Its organisation's admin's.
    Admin(Permit),
    /// The person's own, also when they belong to the organisation no more.
    Oneself(SelfPermit),
}

/// An entry that the caller sees: as one of its organisation, or as the person that it is about.
///
/// # Errors
/// `not-found`.
pub fn find_own_or_seen(
    db: &mut Db,
    caller: &Caller,
    sight: &Sight,
    (organisation, id): (OrganisationId, MemberId),
) -> Result<Member> {
    let found: Option<Member> = dsl::members
        .find(id)
        .filter(dsl::organisation_id.eq(organisation))
        .select(Member::as_select())
        .first(db)
        .optional()?;
    let seen = |member: &Member| sight.sees_own(organisation) || is_oneself(caller, member);
    found.filter(seen).ok_or_else(not_found)
}

/// Whether the entry is about the caller, who acts for no other organisation and with all that is theirs.
pub fn is_oneself(caller: &Caller, member: &Member) -> bool {
    let here = caller.acting.is_none_or(|organisation| organisation == member.organisation_id);
    let in_full = caller.narrowed.is_none() && caller.access_token().is_none();
    here && in_full && member.user_id == Some(caller.user)
}

/// Whether the organisation would be left without an admin: one that has ended, or was not admitted, needs none.
///
/// # Errors
/// The engine's.
pub fn is_last_admin(db: &mut Db, member: &Member) -> Result<bool> {
    if member.role != Some(Role::Admin) || admins(db, member.organisation_id)? != [member.id] {
        return Ok(false);
    }
    let status: OrganisationStatus =
        organisations::table.find(member.organisation_id).select(organisations::status).first(db)?;
    Ok(status.needs_an_admin())
}

/// Erases a member, whose organisation is locked; one who still belongs to it is ended first. The account
/// stays, with what the person entered there. Erased again, what was added since goes.
///
/// # Errors
/// `last-admin`.
pub fn erase(w: &mut Writer<'_>, _by: &By, before: &Member, today: CalendarDate) -> Result<Member> {
    if is_last_admin(w.db(), before)? {
        return Err(Problem::new(Code::LastAdmin));
    }
    if let Some(user) = before.user_id {
        dialect::lock(w.db(), Root::User, user.uuid())?;
    }
    let logins = accounts::logins_of(w.db(), before.user_id)?;
    erase_entry(w, before, today)?;
    let in_organisation = Some(before.organisation_id);
    invitations::erase(w, &about(before, in_organisation, &logins))?;
    read(w.db(), before.id)
}

/// The entries of a user, in all organisations, those that ended too.
///
/// # Errors
/// The engine's.
pub fn of_user(db: &mut Db, user: UserId) -> Result<Vec<Member>> {
    Ok(dsl::members
        .filter(dsl::user_id.eq(Some(user)))
        .order(dsl::id.asc())
        .select(Member::as_select())
        .load(db)?)
}

/// How an invitation is known to be for a member.
pub fn about(
    member: &Member,
    organisation: Option<OrganisationId>,
    logins: &accounts::LoginColumns,
) -> invitations::About {
    let own = |text: &Option<String>| text.iter().map(|text| text.to_ascii_lowercase()).collect::<Vec<_>>();
    let emails = [own(&member.email), own(&logins.email)].concat();
    let phones = [own(&member.phone), own(&logins.phone)].concat();
    invitations::About { organisation, members: vec![member.id], user: member.user_id, emails, phones }
}

/// Ends an entry that has not ended and erases it: the row, delegates, journal and kept answers. Who may be
/// lost as an admin has been asked; organisation and user are locked.
///
/// # Errors
/// The engine's.
pub fn erase_entry(w: &mut Writer<'_>, before: &Member, today: CalendarDate) -> Result<()> {
    w.act_for(Some(before.organisation_id));
    // Before the entry itself: whoever edits a visit holds it, then asks for the member.
    visits::lock_visits_of(w, before.id)?;
    programmes::lock_programmes_of(w, before.id)?;
    let ended = if before.left_on.is_none() { end_entry(w, before, today)? } else { before.clone() };
    clear(w, &ended)?;
    visits::erase_member(w, before.id, &before.name.get()?)?;
    programmes::erase_member(w, before.id)?;
    idempotency::erase_person(w, before.id.uuid())
}

fn clear(w: &mut Writer<'_>, before: &Member) -> Result<()> {
    let (now, version, name) = (w.now(), before.version + 1, former()?);
    let title = before.title.as_ref().map(Json::get).transpose()?;
    let row = dsl::members.find(before.id);
    if before.erased_at.is_some() {
        // Nobody may be said to be this member while it is looked for: as where it is written to.
        diesel::update(row).set(dsl::updated_at.eq(before.updated_at)).execute(w.db())?;
        return w.erase_kept(Erasure::Member, Thing::new(KIND, before.id)).map(drop);
    }
    diesel::update(row)
        .set((
            dsl::name.eq(Json::new(&name)?),
            dsl::honorific.eq(None::<Json<Name>>),
            dsl::email.eq(None::<String>),
            dsl::phone.eq(None::<String>),
            dsl::folded.eq(folded_of(&name, title.as_ref())),
            dsl::version.eq(version),
            dsl::updated_at.eq(now),
            dsl::erased_at.eq(Some(now)),
        ))
        .execute(w.db())?;
    let held = [
        ("name", true),
        ("honorific", before.honorific.is_some()),
        ("email", before.email.is_some()),
        ("phone", before.phone.is_some()),
    ];
    let changes = held.iter().filter(|(_, held)| *held);
    let changes = changes.fold(Changes::none(), |all, (name, _)| all.with_name(name));
    w.erase(Erasure::Member, Thing::new(KIND, before.id), version, changes)
}

fn read(db: &mut Db, id: MemberId) -> Result<Member> {
    Ok(dsl::members.find(id).select(Member::as_select()).first(db)?)
}
