//! What an accepted invitation brings about.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::issued::{KIND, Kept};
use crate::access::Role;
use crate::db::schema::{invitations, members, users};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::text::folded;
use crate::types::{CalendarDate, Json, MemberId, OrganisationId, UserId};

const MEMBER: &str = "member";

/// Uses an invitation up: it works once, also when two accept it in the same moment.
///
/// # Errors
/// `invitation-invalid` when another was first.
pub fn claim(w: &mut Writer<'_>, kept: &Kept, user: UserId) -> Result<()> {
    let now = w.now();
    let open = invitations::table
        .filter(invitations::id.eq(kept.id()))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::objected_by.is_null());
    let claimed = diesel::update(open)
        .set((invitations::accepted_at.eq(Some(now)), invitations::accepted_by.eq(Some(user))))
        .execute(w.db())?;
    if claimed != 1 {
        return Err(Problem::new(Code::InvitationInvalid));
    }
    w.record(Entry {
        action: "invitation.accepted",
        thing: Thing::new(KIND, kept.id()),
        version: 2,
        changes: Changes::none(),
    })
}

type Open = (MemberId, Option<UserId>, Option<Role>, i64);

/// Makes the person a member, or lets the member whom the invitation names sign in.
///
/// # Errors
/// `already-member`: the person has a role there, or the member's login is another's.
pub fn join(
    w: &mut Writer<'_>,
    kept: &Kept,
    organisation: OrganisationId,
    user: UserId,
    today: CalendarDate,
) -> Result<()> {
    let already = || Problem::new(Code::AlreadyMember);
    let role = kept.role().ok_or_else(|| Problem::internal("an organisation's invitation without a role"))?;
    let columns = (members::id, members::user_id, members::role, members::version);
    let open =
        members::table.filter(members::organisation_id.eq(organisation)).filter(members::left_on.is_null());
    let theirs: Option<Open> =
        open.filter(members::user_id.eq(Some(user))).select(columns).first(w.db()).optional()?;
    let named: Option<Open> = match kept.member() {
        None => None,
        Some(member) => {
            let found: Option<Open> =
                open.filter(members::id.eq(member)).select(columns).first(w.db()).optional()?;
            // Left meanwhile: an invitation for nobody.
            Some(found.ok_or_else(|| Problem::new(Code::InvitationInvalid))?)
        }
    };
    match (named, theirs) {
        (Some((named, ..)), Some((theirs, ..))) if named != theirs => Err(already()),
        (_, Some((_, _, Some(_), _))) => Err(already()),
        (Some((_, Some(holder), ..)), _) if holder != user => Err(already()),
        (Some((member, _, before, version)), _) | (None, Some((member, _, before, version))) => {
            link(w, member, user, before, role, version + 1)
        }
        (None, None) => add(w, kept, organisation, user, role, today),
    }
}

fn link(
    w: &mut Writer<'_>,
    member: MemberId,
    user: UserId,
    before: Option<Role>,
    role: Role,
    version: i64,
) -> Result<()> {
    let now = w.now();
    diesel::update(members::table.find(member))
        .set((
            members::user_id.eq(Some(user)),
            members::role.eq(Some(role)),
            members::version.eq(version),
            members::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let changes = Changes::none().with("role", json!(before), json!(role)).with_name("user_id");
    w.record(Entry { action: "member.joined", thing: Thing::new(MEMBER, member), version, changes })
}

fn add(
    w: &mut Writer<'_>,
    kept: &Kept,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    today: CalendarDate,
) -> Result<()> {
    let (id, now): (MemberId, _) = (w.new_id(), w.now());
    // Where the invitation carried no name, the person gave one to the account.
    let own_name = users::table.find(user).select(users::name).first(w.db())?;
    let name = kept.name().cloned().unwrap_or(own_name);
    let title = kept.title().cloned();
    let mut texts: Vec<String> = name.get()?.texts().map(ToOwned::to_owned).collect();
    if let Some(title) = &title {
        texts.extend(title.get()?.texts().map(ToOwned::to_owned));
    }
    let logins = kept.logins();
    diesel::insert_into(members::table)
        .values((
            (
                members::id.eq(id),
                members::organisation_id.eq(organisation),
                members::user_id.eq(Some(user)),
                members::name.eq(&name),
                members::title.eq(title.as_ref()),
                members::email.eq(logins.email),
                members::phone.eq(logins.phone),
            ),
            members::is_executive.eq(false),
            members::joined_on.eq(Some(today)),
            members::role.eq(Some(role)),
            members::folded.eq(folded(texts.iter().map(String::as_str))),
            members::version.eq(1),
            members::created_at.eq(now),
            members::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let changes = Changes::none()
        .with("name", Value::Null, value(name.as_text()))
        .with("title", Value::Null, title.as_ref().map(Json::as_text).map(value).unwrap_or_default())
        .with("role", Value::Null, json!(role))
        .with("joined_on", Value::Null, json!(today))
        .with_name("user_id");
    w.record(Entry { action: "member.created", thing: Thing::new(MEMBER, id), version: 1, changes })
}

/// Makes somebody an admin of the network.
///
/// # Errors
/// The engine's.
pub fn make_network_admin(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    let now = w.now();
    diesel::update(users::table.find(user))
        .set((
            users::network_admin.eq(true),
            users::version.eq(users::version + 1),
            users::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let version: i64 = users::table.find(user).select(users::version).first(w.db())?;
    let changes = Changes::none().with("network_role", Value::Null, json!("network_admin"));
    w.record(Entry { action: "user.changed", thing: Thing::new("user", user), version, changes })
}
