//! The table of members; [`erasing`]: personal values erased.

pub mod erasing;

use diesel::prelude::*;

use crate::access::{Permit, Role, Sight};
use crate::accounts::store::raise_epoch;
use crate::db::schema::members::dsl;
use crate::db::{Db, Root, dialect, search};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::members::model::{Member, MemberChanges};
use crate::members::rules;
use crate::text::{LocalizedText, Name, folded};
use crate::types::{CalendarDate, Email, Json, MemberId, OrganisationId, Phone};

/// What the journal calls it.
pub const KIND: &str = "member";
/// What it keeps no values of.
const BY_NAME: &[&str] = &["email", "phone"];

diesel::define_sql_function! {
    /// In small letters: how e-mail addresses are compared.
    fn lower(text: diesel::sql_types::Nullable<diesel::sql_types::Text>)
        -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}

fn not_found() -> Problem {
    Problem::new(Code::NotFound)
}

/// Whose people the caller may see: their own organisation's. To all others, the network's admin among
/// them, there is nothing here.
///
/// # Errors
/// `not-found`.
pub fn check_seen(sight: &Sight, organisation: OrganisationId) -> Result<()> {
    if sight.sees_own(organisation) { Ok(()) } else { Err(not_found()) }
}

/// One member of an organisation.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn find(db: &mut Db, sight: &Sight, organisation: OrganisationId, id: MemberId) -> Result<Member> {
    check_seen(sight, organisation)?;
    dsl::members
        .find(id)
        .filter(dsl::organisation_id.eq(organisation))
        .select(Member::as_select())
        .first(db)
        .optional()?
        .ok_or_else(not_found)
}

/// Rows of a page, newest first, one more than its limit.
///
/// # Errors
/// `not-found` when the caller may not see the organisation's people.
pub fn list(
    db: &mut Db,
    sight: &Sight,
    organisation: OrganisationId,
    words: &[String],
    page: &PageRequest,
) -> Result<Vec<Member>> {
    check_seen(sight, organisation)?;
    let (created_at, id) = page.before();
    let mut query = dsl::members.into_boxed().filter(dsl::organisation_id.eq(organisation));
    if page.after.is_some() {
        let id = MemberId(id.0);
        query = query
            .filter(dsl::created_at.le(created_at))
            .filter(dsl::created_at.lt(created_at).or(dsl::id.lt(id)));
    }
    for word in words {
        query = query.filter(dsl::folded.like(search::containing(word)).escape('\\'));
    }
    Ok(query
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.rows())
        .select(Member::as_select())
        .load(db)?)
}

/// Who administers an organisation: its current members with a login and the role.
///
/// # Errors
/// The engine's.
pub fn admins(db: &mut Db, organisation: OrganisationId) -> Result<Vec<MemberId>> {
    Ok(dsl::members
        .filter(dsl::organisation_id.eq(organisation))
        .filter(dsl::role.eq(Some(Role::Admin)))
        .filter(dsl::user_id.is_not_null())
        .filter(dsl::left_on.is_null())
        .select(dsl::id)
        .load(db)?)
}

/// Locks the organisation that the people are of: whatever asks who its admins are waits.
///
/// # Errors
/// `not-found` when the caller may not see its people.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, organisation: OrganisationId) -> Result<()> {
    check_seen(sight, organisation)?;
    dialect::lock(w.db(), Root::Organisation, organisation.uuid())
}

/// What of a member is written from a body.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = crate::db::schema::members, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns {
    name: Json<Name>,
    honorific: Option<Json<Name>>,
    title: Option<Json<LocalizedText>>,
    email: Option<String>,
    phone: Option<String>,
    is_executive: bool,
    joined_on: Option<CalendarDate>,
    role: Option<Role>,
    folded: String,
}

/// What a member is found by.
fn folded_of(name: &Name, title: Option<&LocalizedText>) -> String {
    folded(name.texts().chain(title.into_iter().flat_map(LocalizedText::texts)))
}

fn columns(details: &MemberChanges) -> Result<Columns> {
    Ok(Columns {
        folded: folded_of(&details.name, details.title.as_ref()),
        name: Json::new(&details.name)?,
        honorific: details.honorific.as_ref().map(Json::new).transpose()?,
        title: details.title.as_ref().map(Json::new).transpose()?,
        email: details.email.as_ref().map(|email| email.as_str().to_owned()),
        phone: details.phone.as_ref().map(|phone| phone.as_str().to_owned()),
        is_executive: details.is_executive.unwrap_or(false),
        joined_on: details.joined_on,
        role: details.role,
    })
}

/// Refuses what reaches another current member of the same organisation.
fn check_free(
    db: &mut Db,
    organisation: OrganisationId,
    but: Option<MemberId>,
    details: &MemberChanges,
) -> Result<()> {
    let others = |db: &mut Db, email: Option<String>, phone: Option<&str>| -> Result<bool> {
        let mut query = dsl::members
            .into_boxed()
            .filter(dsl::organisation_id.eq(organisation))
            .filter(dsl::left_on.is_null());
        if let Some(email) = email {
            query = query.filter(lower(dsl::email).eq(Some(email)));
        }
        if let Some(phone) = phone {
            query = query.filter(dsl::phone.eq(Some(phone.to_owned())));
        }
        let found: Vec<MemberId> = query.select(dsl::id).limit(2).load(db)?;
        Ok(found.into_iter().any(|id| Some(id) != but))
    };
    if let Some(email) = details.email.as_ref().map(Email::folded)
        && others(db, Some(email), None)?
    {
        return Err(Problem::new(Code::EmailTaken));
    }
    if let Some(phone) = details.phone.as_ref().map(Phone::as_str)
        && others(db, None, Some(phone))?
    {
        return Err(Problem::new(Code::PhoneTaken));
    }
    Ok(())
}

/// Adds a member, known by name only.
///
/// # Errors
/// `email-taken`, `phone-taken`.
pub fn insert(w: &mut Writer<'_>, permit: &Permit, id: MemberId, details: &MemberChanges) -> Result<Member> {
    let (now, organisation) = (w.now(), permit.organisation());
    check_free(w.db(), organisation, None, details)?;
    diesel::insert_into(dsl::members)
        .values((
            (dsl::id.eq(id), dsl::version.eq(1), columns(details)?),
            dsl::organisation_id.eq(organisation),
            dsl::created_at.eq(now),
            dsl::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let member: Member = dsl::members.find(id).select(Member::as_select()).first(w.db())?;
    w.record(Entry {
        action: "member.created",
        thing: Thing::new(KIND, id),
        version: 1,
        changes: Changes::between(None, Some(&member))?.names_only(BY_NAME),
    })?;
    Ok(member)
}

/// Changes a member; with another role their tokens are stale at once.
///
/// # Errors
/// `last-admin`, `email-taken`, `phone-taken`; `validation-failed` for a role of who doesn't sign in.
pub fn update(
    w: &mut Writer<'_>,
    permit: &Permit,
    before: &Member,
    details: &MemberChanges,
) -> Result<Member> {
    let (now, version) = (w.now(), before.version + 1);
    rules::may_have_role(before.user_id.is_some(), details.role)?;
    rules::keeps_an_admin(&admins(w.db(), permit.organisation())?, before.id, details.role)?;
    check_free(w.db(), permit.organisation(), Some(before.id), details)?;
    diesel::update(dsl::members.find(before.id))
        .set((dsl::version.eq(version), columns(details)?, dsl::updated_at.eq(now)))
        .execute(w.db())?;
    if let Some(user) = before.user_id
        && before.role != details.role
    {
        raise_epoch(w, user)?;
    }
    record(w, "member.changed", before)
}

/// Ends a membership: the name and title of their day stay, the role and the access go at once.
///
/// # Errors
/// `last-admin`.
pub fn end(w: &mut Writer<'_>, permit: &Permit, before: &Member, left_on: CalendarDate) -> Result<Member> {
    rules::keeps_an_admin(&admins(w.db(), permit.organisation())?, before.id, None)?;
    end_entry(w, before, left_on)
}

fn end_entry(w: &mut Writer<'_>, before: &Member, left_on: CalendarDate) -> Result<Member> {
    let (now, version) = (w.now(), before.version + 1);
    diesel::update(dsl::members.find(before.id))
        .set((
            dsl::left_on.eq(Some(left_on)),
            dsl::role.eq(None::<Role>),
            dsl::version.eq(version),
            dsl::updated_at.eq(now),
        ))
        .execute(w.db())?;
    if let Some(user) = before.user_id {
        raise_epoch(w, user)?;
    }
    record(w, "member.ended", before)
}

fn record(w: &mut Writer<'_>, action: &'static str, before: &Member) -> Result<Member> {
    let after: Member = dsl::members.find(before.id).select(Member::as_select()).first(w.db())?;
    w.record(Entry {
        action,
        thing: Thing::new(KIND, before.id),
        version: after.version,
        changes: Changes::between(Some(before), Some(&after))?.names_only(BY_NAME),
    })?;
    Ok(after)
}

/// As which member of the organisation for which they write the caller does so.
///
/// # Errors
/// `not-a-member`; the engine's.
pub fn acting_member(db: &mut Db, permit: &Permit) -> Result<MemberId> {
    let member: Option<MemberId> = dsl::members
        .filter(dsl::organisation_id.eq(permit.organisation()))
        .filter(dsl::user_id.eq(permit.user()))
        .filter(dsl::left_on.is_null())
        .filter(dsl::erased_at.is_null())
        .select(dsl::id)
        .first(db)
        .optional()?;
    member.ok_or_else(|| Problem::new(Code::NotAMember))
}
