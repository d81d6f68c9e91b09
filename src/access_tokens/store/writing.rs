//! Access tokens made, narrowed, rotated, adopted, withdrawn.

use diesel::prelude::*;

use super::KIND;
use super::reading::{Whose, count_working, unended};
use super::standing::raise;
use crate::access::codes::Digest;
use crate::access::secret::SecretText;
use crate::access::{NetworkPermit, Permit, Rights, Role};
use crate::access_tokens::authentication::Presented;
use crate::access_tokens::model::{AccessTokenChanges, Look, NewAccessToken, Row};
use crate::access_tokens::rules::{self, MOST};
use crate::access_tokens::secret;
use crate::db::schema::access_tokens::dsl;
use crate::db::{Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::network::Network;
use crate::types::{AccessTokenId, Instant, Json, OrganisationId, UserId};

/// What says nothing of what somebody did.
const DERIVED: &[&str] = &["permissions_in_force", "state", "works_until", "last_used_at", "last_used_from"];

/// Leave to withdraw: an admin's of the organisation, the network admin's, or a client's that holds the secret.
pub enum Leave {
    /// The organisation's own.
    Own(Permit),
    /// The network admin's.
    Network(NetworkPermit),
    /// Of who holds the access token itself.
    Held,
}

fn new_secret() -> Result<(SecretText, Digest)> {
    let secret = secret::generate()?;
    let digest = secret::digest(secret.expose());
    Ok((secret, digest.ok_or_else(|| Problem::internal("a token that was just made can't be read"))?))
}

/// Makes an access token for the permit's organisation; who makes it answers for it, in this role.
///
/// # Errors
/// `validation-failed`; `limit-reached`.
pub fn insert(
    w: &mut Writer<'_>,
    permit: &Permit,
    owner_role: Role,
    look: Look,
    new: &NewAccessToken,
) -> Result<(AccessTokenId, SecretText)> {
    let (now, id): (Instant, AccessTokenId) = (w.now(), w.new_id());
    let networks: Vec<Network> = new.allowed_networks.iter().copied().collect();
    let given = new.permissions.as_ref().map(|list| list.iter().copied().collect());
    let permissions: Rights = given.unwrap_or_else(|| rules::given_by(new.role));
    let asked = rules::Asked { role: new.role, permissions, networks: &networks, expires_at: new.expires_at };
    refuse(rules::check_new(&asked, owner_role, owner_role.rights(), now))?;
    if count_working(w.db(), permit.organisation(), look)? >= MOST {
        return Err(Problem::new(Code::LimitReached).with("limit", MOST));
    }
    let (secret, digest) = new_secret()?;
    let (prefix, last_four) = secret::shown(&secret);
    diesel::insert_into(dsl::access_tokens)
        .values((
            (dsl::id.eq(id), dsl::version.eq(1), dsl::organisation_id.eq(permit.organisation())),
            (dsl::name.eq(new.name.as_str()), dsl::role.eq(new.role)),
            dsl::permissions.eq(Json::new(&permissions)?.cast::<serde_json::Value>()),
            dsl::allowed_networks.eq(Json::new(&networks)?.cast::<serde_json::Value>()),
            (dsl::digest.eq(&digest[..]), dsl::prefix.eq(prefix), dsl::last_four.eq(last_four)),
            (
                dsl::created_by.eq(permit.user()),
                dsl::owner_id.eq(permit.user()),
                dsl::owner_role.eq(owner_role),
            ),
            (dsl::epoch.eq(1), dsl::expires_at.eq(new.expires_at)),
            (dsl::created_at.eq(now), dsl::updated_at.eq(now)),
        ))
        .execute(w.db())?;
    record(w, "access_token.created", None, id)?;
    Ok((id, secret))
}

/// Narrows an access token, or gives it another name. `permissions_given`: whether its rights were named; where they weren't,
/// they follow a lower role.
///
/// # Errors
/// `validation-failed`; `state-conflict` for one that does not work any more.
pub fn narrow(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Row,
    changes: &AccessTokenChanges,
    permissions_given: bool,
) -> Result<Row> {
    let (now, version) = (w.now(), before.version + 1);
    let networks: Vec<Network> = changes.allowed_networks.iter().copied().collect();
    let mut permissions: Rights = changes.permissions.iter().copied().collect();
    if !permissions_given {
        permissions = permissions.intersection(rules::given_by(changes.role));
    }
    let expires_at = changes.expires_at;
    let asked = rules::Asked { role: changes.role, permissions, networks: &networks, expires_at };
    let networks_before = before.allowed_networks.get()?;
    refuse(rules::check_narrower(&asked, &before.asked(&networks_before)?, now))?;
    diesel::update(dsl::access_tokens.find(before.id))
        .set((
            (dsl::name.eq(changes.name.as_str()), dsl::role.eq(changes.role)),
            dsl::permissions.eq(Json::new(&permissions)?.cast::<serde_json::Value>()),
            dsl::allowed_networks.eq(Json::new(&networks)?.cast::<serde_json::Value>()),
            dsl::expires_at.eq(expires_at),
            (dsl::version.eq(version), dsl::updated_at.eq(now)),
        ))
        .execute(w.db())?;
    raise(w, before.id)?;
    record(w, "access_token.changed", Some(before), before.id)
}

/// What a rotation asks.
#[derive(Debug, Clone, Copy)]
pub struct Rotated {
    /// Until when the secret of now works.
    pub previous_until: Option<Instant>,
    /// Until when the token works.
    pub expires_at: Instant,
    /// Whether what was made of a former secret could outlive it.
    pub cut: bool,
}

/// Gives an access token another secret.
///
/// # Errors
/// `validation-failed`.
pub fn rotate(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Row,
    asked: Rotated,
) -> Result<(Row, SecretText)> {
    let (now, version) = (w.now(), before.version + 1);
    if asked.expires_at != before.expires_at {
        let wanted = rules::Asked { expires_at: asked.expires_at, ..before.asked(&[])? };
        refuse(rules::check_time(&wanted, now))?;
    }
    let (secret, digest) = new_secret()?;
    let (prefix, last_four) = secret::shown(&secret);
    let previous = asked.previous_until.map(|_| before.digest.clone());
    diesel::update(dsl::access_tokens.find(before.id))
        .set((
            (dsl::digest.eq(&digest[..]), dsl::prefix.eq(prefix), dsl::last_four.eq(last_four)),
            (dsl::previous_digest.eq(previous), dsl::previous_until.eq(asked.previous_until)),
            (dsl::rotated_at.eq(Some(now)), dsl::expires_at.eq(asked.expires_at)),
            (dsl::version.eq(version), dsl::updated_at.eq(now)),
        ))
        .execute(w.db())?;
    if asked.cut {
        raise(w, before.id)?;
    }
    Ok((record(w, "access_token.rotated", Some(before), before.id)?, secret))
}

/// Has the permit's person answer for an access token whose owner has left.
///
/// # Errors
/// The engine's.
pub fn adopt(w: &mut Writer<'_>, permit: &Permit, role: Role, before: &Row) -> Result<Row> {
    let (now, version) = (w.now(), before.version + 1);
    diesel::update(dsl::access_tokens.find(before.id))
        .set((
            (dsl::owner_id.eq(permit.user()), dsl::owner_role.eq(role)),
            dsl::orphaned_at.eq(None::<Instant>),
            (dsl::version.eq(version), dsl::updated_at.eq(now)),
        ))
        .execute(w.db())?;
    raise(w, before.id)?;
    record(w, "access_token.adopted", Some(before), before.id)
}

/// Withdraws an access token, at once and on every node; one that was withdrawn stays so.
///
/// # Errors
/// The engine's.
pub fn revoke(w: &mut Writer<'_>, _leave: &Leave, before: &Row) -> Result<()> {
    if before.revoked_at.is_some() {
        return Ok(());
    }
    let (now, version) = (w.now(), before.version + 1);
    diesel::update(dsl::access_tokens.find(before.id))
        .set((dsl::revoked_at.eq(Some(now)), dsl::version.eq(version), dsl::updated_at.eq(now)))
        .execute(w.db())?;
    raise(w, before.id)?;
    record(w, "access_token.revoked", Some(before), before.id).map(drop)
}

/// As [`revoke`], on the word of a client that presented the access token itself.
///
/// # Errors
/// The engine's.
pub fn revoke_held(w: &mut Writer<'_>, held: &Presented) -> Result<()> {
    dialect::lock(w.db(), Root::Organisation, held.organisation.uuid())?;
    dialect::lock(w.db(), Root::AccessToken, held.id.uuid())?;
    let row = dsl::access_tokens.find(held.id).select(Row::as_select()).first(w.db())?;
    revoke(w, &Leave::Held, &row)
}

/// Writes down that one JWT made of an access token was ended by itself.
///
/// # Errors
/// The engine's.
pub fn record_jwt_revoked(w: &mut Writer<'_>, token: AccessTokenId) -> Result<()> {
    let version: i64 = dsl::access_tokens.find(token).select(dsl::version).first(w.db())?;
    let (action, thing) = ("access_token.jwt_revoked", Thing::new(KIND, token));
    w.record(Entry { action, thing, version, changes: Changes::none() })
}

/// Withdraws all that still work of an organisation, which is locked; how many.
///
/// # Errors
/// The engine's.
pub fn revoke_of_organisation(
    w: &mut Writer<'_>,
    leave: &Leave,
    organisation: OrganisationId,
) -> Result<i64> {
    let now = w.now();
    let tokens = unended(w.db(), Whose::Organisation(organisation), now)?;
    revoke_each(w, leave, tokens, |row| row.organisation_id == organisation)
}

/// Withdraws all for which a person answers, whose account is locked; how many.
///
/// # Errors
/// The engine's.
pub fn revoke_of_owner(w: &mut Writer<'_>, leave: &Leave, owner: UserId) -> Result<i64> {
    let now = w.now();
    let tokens = unended(w.db(), Whose::Owner(owner), now)?;
    // Who adopted one meanwhile answers for it.
    revoke_each(w, leave, tokens, |row| row.owner_id == owner)
}

fn revoke_each(
    w: &mut Writer<'_>,
    leave: &Leave,
    tokens: Vec<AccessTokenId>,
    is_meant: impl Fn(&Row) -> bool,
) -> Result<i64> {
    let mut revoked = 0;
    for token in tokens {
        dialect::lock(w.db(), Root::AccessToken, token.uuid())?;
        let row: Row = dsl::access_tokens.find(token).select(Row::as_select()).first(w.db())?;
        if is_meant(&row) && row.revoked_at.is_none() {
            revoke(w, leave, &row)?;
            revoked += 1;
        }
    }
    Ok(revoked)
}

fn record(w: &mut Writer<'_>, action: &'static str, before: Option<&Row>, id: AccessTokenId) -> Result<Row> {
    let look = Look { now: w.now(), grace: std::time::Duration::ZERO };
    let after: Row = dsl::access_tokens.find(id).select(Row::as_select()).first(w.db())?;
    let was = before.map(|row| row.public(look, false)).transpose()?;
    let changes = Changes::between(was.as_ref(), Some(&after.public(look, false)?))?.without(DERIVED);
    w.concern(after.organisation_id);
    w.record(Entry { action, thing: Thing::new(KIND, id), version: after.version, changes })?;
    w.concern(None);
    Ok(after)
}

fn refuse(errors: Vec<crate::http::problem::FieldError>) -> Result<()> {
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}
