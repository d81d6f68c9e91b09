//! `/v1/organisations/{id}/access-tokens`, `/v1/access-tokens`, and what the network admin cuts off.

mod act;
mod create;
mod network;
mod read;

use super::model::AccessToken;
use super::model::{Look, Row};
use super::rules::grace;
use super::store::standing;
use crate::access::{Caller, Right, Role, Sight};
use crate::accounts::store as accounts;
use crate::http::answer::Answer;
use crate::http::call::{Call, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::OrganisationId;

/// The right with which access tokens are made and managed.
const RIGHT: Right = Right::TokensWrite;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [create::operations(), read::operations(), act::operations(), network::operations()]
        .into_iter()
        .flatten()
        .collect()
}

fn look(call: &Call) -> Look {
    Look { now: call.now(), grace: grace(call.app().settings.orphaned_access_token_days) }
}

/// To look at a token one needs to be able to read it; to the network's admin it is shown too.
fn sight(caller: &Caller) -> Sight {
    caller.sight(Right::TokensRead)
}

/// The role in which a person answers for an access token from now on. It is looked up after the organisation is locked: what
/// their JWT says may have ended meanwhile, and nobody would take it back.
fn answering(w: &mut Writer<'_>, caller: &Caller, organisation: OrganisationId) -> Result<Role> {
    let stale = || Problem::new(Code::InvalidToken);
    let (_, session) = accounts::lock_session(w, caller.person()?)?.ok_or_else(stale)?;
    let role = standing::role_of(w.db(), organisation, caller.user)?;
    let role = role.filter(|role| role.rights().contains(RIGHT) && session.revoked_at.is_none());
    role.ok_or_else(stale)
}

fn shown(row: &Row, sight: &Sight, look: Look) -> Result<AccessToken> {
    row.public(look, sight.sees_own(row.organisation_id))
}

fn answer(row: &Row, sight: &Sight, look: Look) -> Result<Answer> {
    let token = shown(row, sight, look)?;
    Answer::thing(&token, token.version)
}

fn versioned(token: &AccessToken) -> Versioned<'_, AccessToken> {
    Versioned { id: token.id.uuid(), version: token.version, thing: token }
}
