//! The table of reset codes.

use diesel::prelude::*;

use crate::access::Permit;
use crate::access::codes::{self, Digest};
use crate::accounts::model::ResetCode;
use crate::accounts::rules::RESET_CODE_LASTS;
use crate::db::schema::{members, organisations, reset_codes, users};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::codes::OrganisationStatus;
use crate::types::{AnyId, Instant, MemberId, OrganisationId, UserId};

/// The account of a member of this organisation, both locked; none for one who is known by name only.
///
/// # Errors
/// `not-found`.
pub fn members_account(
    w: &mut Writer<'_>,
    organisation: OrganisationId,
    member: MemberId,
) -> Result<Option<UserId>> {
    dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
    let found: Option<Option<UserId>> = members::table
        .find(member)
        .filter(members::organisation_id.eq(organisation))
        .filter(members::left_on.is_null())
        .select(members::user_id)
        .first(w.db())
        .optional()?;
    let user = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    if let Some(user) = user {
        dialect::lock(w.db(), Root::User, user.uuid())?;
    }
    Ok(user)
}

/// Whether the organisation's admins may open this account: its owner signs in for it alone, and does
/// not administer the network.
fn is_theirs_alone(db: &mut Db, organisation: OrganisationId, user: UserId) -> Result<bool> {
    let network_admin: Option<bool> =
        users::table.find(user).select(users::network_admin).first(db).optional()?;
    let belongs_to: Vec<OrganisationId> = members::table
        .filter(members::user_id.eq(Some(user)))
        .filter(members::left_on.is_null())
        .select(members::organisation_id)
        .load(db)?;
    Ok(network_admin == Some(false) && belongs_to == [organisation])
}

/// Issues a reset code; earlier ones of the same account no longer work.
///
/// # Errors
/// `state-conflict` for whom there can be none.
pub fn issue_reset(
    w: &mut Writer<'_>,
    permit: &Permit,
    member: MemberId,
    user: Option<UserId>,
) -> Result<ResetCode> {
    let organisation = permit.organisation();
    let user = user.filter(|user| *user != permit.user()).ok_or_else(refused)?;
    if !is_theirs_alone(w.db(), organisation, user)? {
        return Err(refused());
    }
    let now = w.now();
    let older =
        reset_codes::table.filter(reset_codes::user_id.eq(user)).filter(reset_codes::used_at.is_null());
    diesel::update(older).set(reset_codes::used_at.eq(Some(now))).execute(w.db())?;
    let code = codes::read_out_code()?;
    let digest = codes::read_out_digest(code.expose())
        .ok_or_else(|| Problem::internal("a code that was just made can't be read"))?;
    let (id, expires_at): (AnyId, _) = (w.new_id(), now.plus(RESET_CODE_LASTS));
    diesel::insert_into(reset_codes::table)
        .values((
            reset_codes::id.eq(id),
            reset_codes::user_id.eq(user),
            reset_codes::organisation_id.eq(organisation),
            reset_codes::digest.eq(&digest[..]),
            reset_codes::issued_by.eq(permit.user()),
            reset_codes::created_at.eq(now),
            reset_codes::expires_at.eq(expires_at),
        ))
        .execute(w.db())?;
    let version: i64 = members::table.find(member).select(members::version).first(w.db())?;
    w.record(Entry {
        action: "member.reset_code_issued",
        thing: Thing::new("member", member),
        version,
        changes: Changes::none(),
    })?;
    Ok(ResetCode { code: code.expose().to_owned().into(), expires_at })
}

fn refused() -> Problem {
    Problem::new(Code::StateConflict).detail(
        "a reset code is for another member, who signs in for this organisation alone and does not \
         administer the network",
    )
}

/// Whose reset code it is, while it works.
///
/// # Errors
/// `reset-code-invalid`.
pub fn find_reset(db: &mut Db, digest: &Digest, now: Instant) -> Result<UserId> {
    let found: Option<(UserId, OrganisationId)> = reset_codes::table
        .inner_join(organisations::table.on(organisations::id.eq(reset_codes::organisation_id)))
        .filter(reset_codes::digest.eq(&digest[..]))
        .filter(reset_codes::used_at.is_null())
        .filter(reset_codes::expires_at.gt(now))
        .filter(organisations::status.eq(OrganisationStatus::Active))
        .select((reset_codes::user_id, reset_codes::organisation_id))
        .first(db)
        .optional()?;
    let (user, organisation) = found.ok_or_else(|| Problem::new(Code::ResetCodeInvalid))?;
    // What was so when it was issued must still be so: they may have joined another organisation since.
    if is_theirs_alone(db, organisation, user)? {
        Ok(user)
    } else {
        Err(Problem::new(Code::ResetCodeInvalid))
    }
}

/// Uses a reset code up; whose it was.
///
/// # Errors
/// `reset-code-invalid`, also when another used it in this very moment.
pub fn redeem(w: &mut Writer<'_>, digest: &Digest) -> Result<UserId> {
    let now = w.now();
    let user = find_reset(w.db(), digest, now)?;
    dialect::lock(w.db(), Root::User, user.uuid())?;
    // Whoever held the lock until now may have made the code worthless: with another one, a second
    // organisation, the network's role.
    if find_reset(w.db(), digest, now)? != user {
        return Err(Problem::new(Code::ResetCodeInvalid));
    }
    let unused =
        reset_codes::table.filter(reset_codes::digest.eq(&digest[..])).filter(reset_codes::used_at.is_null());
    let used = diesel::update(unused).set(reset_codes::used_at.eq(Some(now))).execute(w.db())?;
    if used == 1 { Ok(user) } else { Err(Problem::new(Code::ResetCodeInvalid)) }
}
