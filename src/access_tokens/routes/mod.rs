//! `/v1/organisations/{id}/access-tokens`, `/v1/access-tokens`, and what the network admin cuts off.

mod act;
mod create;
mod network;
mod read;

use super::model::AccessToken;
use super::model::{Look, Row};
use super::rules::grace;
use crate::access::{Caller, Right, Sight};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::Result;

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
