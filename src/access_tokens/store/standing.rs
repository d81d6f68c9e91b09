//! What moves with the standing of who answers for an access token, and of its organisation.

use diesel::prelude::*;

use super::KIND;
use super::reading::{Whose, unended};
use crate::access::Role;
use crate::access::revocations::Revocation;
use crate::accounts::store::REMEMBERED;
use crate::db::schema::access_tokens::dsl;
use crate::db::schema::{members, revocations};
use crate::db::{Db, Root, dialect};
use crate::http::problem::Result;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{AccessTokenId, AnyId, Instant, OrganisationId, UserId};

/// Makes all that was made of an access token stale: JWTs, and what nodes remember of it.
///
/// # Errors
/// The engine's.
pub fn raise(w: &mut Writer<'_>, token: AccessTokenId) -> Result<()> {
    let row = dsl::access_tokens.find(token);
    diesel::update(row).set(dsl::epoch.eq(dsl::epoch + 1)).execute(w.db())?;
    let epoch: i64 = row.select(dsl::epoch).first(w.db())?;
    let (id, now): (AnyId, Instant) = (w.new_id(), w.now());
    diesel::insert_into(revocations::table)
        .values((
            revocations::id.eq(id),
            revocations::token_id.eq(Some(token)),
            revocations::epoch.eq(Some(epoch)),
            revocations::at.eq(now),
        ))
        .execute(w.db())?;
    let until = now.plus(REMEMBERED);
    w.note_after_commit(Revocation::Epoch { subject: token.uuid(), minimum: epoch, until });
    Ok(())
}

/// As [`raise`], for all that still work of an organisation: its standing changed.
///
/// # Errors
/// The engine's.
pub fn raise_of_organisation(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    let now = w.now();
    let tokens = unended(w.db(), Whose::Organisation(organisation), now)?;
    tokens.into_iter().try_for_each(|token| raise(w, token))
}

type Owned = (AccessTokenId, OrganisationId, Role, Option<Instant>, i64);

/// Has the access tokens that a person answers for follow what they are in each organisation now: never above
/// their role; orphaned once they have none.
///
/// # Errors
/// The engine's.
pub fn follow_owner(w: &mut Writer<'_>, owner: UserId) -> Result<()> {
    let now = w.now();
    let tokens = unended(w.db(), Whose::Owner(owner), now)?;
    for token in tokens {
        dialect::lock(w.db(), Root::AccessToken, token.uuid())?;
        let columns = (dsl::id, dsl::organisation_id, dsl::owner_role, dsl::orphaned_at, dsl::version);
        // Who adopted it meanwhile answers for it now.
        let owned: Option<Owned> = dsl::access_tokens
            .find(token)
            .filter(dsl::owner_id.eq(owner))
            .select(columns)
            .first(w.db())
            .optional()?;
        if let Some(owned) = owned {
            follow(w, owner, owned)?;
        }
    }
    Ok(())
}

/// The role that a person has in an organisation now.
///
/// # Errors
/// The engine's.
pub fn role_of(db: &mut Db, organisation: OrganisationId, user: UserId) -> Result<Option<Role>> {
    let role: Option<Option<Role>> = members::table
        .filter(members::organisation_id.eq(organisation))
        .filter(members::user_id.eq(Some(user)))
        .filter(members::left_on.is_null())
        .filter(members::role.is_not_null())
        .select(members::role)
        .first(db)
        .optional()?;
    Ok(role.flatten())
}

fn follow(w: &mut Writer<'_>, owner: UserId, owned: Owned) -> Result<()> {
    let (token, organisation, role_before, orphaned_at, version) = owned;
    let now = w.now();
    let row = dsl::access_tokens.find(token);
    match role_of(w.db(), organisation, owner)? {
        // Who is back adopts an orphan as anybody else: until then it can only get less.
        Some(role) if role < role_before || (role > role_before && orphaned_at.is_none()) => {
            diesel::update(row).set(dsl::owner_role.eq(role)).execute(w.db())?;
        }
        None if orphaned_at.is_none() => {
            let version = version + 1;
            diesel::update(row)
                .set((dsl::orphaned_at.eq(Some(now)), dsl::version.eq(version), dsl::updated_at.eq(now)))
                .execute(w.db())?;
            orphaned(w, token, organisation, version)?;
        }
        // What its owner is elsewhere is nothing to it.
        _ => return Ok(()),
    }
    raise(w, token)
}

/// It concerns the organisation whose token it is, on whoever's behalf its owner left.
fn orphaned(
    w: &mut Writer<'_>,
    token: AccessTokenId,
    organisation: OrganisationId,
    version: i64,
) -> Result<()> {
    let acting = w.on_behalf_of();
    w.act_for(Some(organisation));
    let (action, thing) = ("access_token.orphaned", Thing::new(KIND, token));
    let recorded = w.record(Entry { action, thing, version, changes: Changes::none() });
    w.act_for(acting);
    recorded
}
