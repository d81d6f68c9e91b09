//! The access tokens of an organisation that nobody answers for, and those that end soon.

use diesel::prelude::*;

use crate::access_tokens::rules::grace;
use crate::db::Db;
use crate::db::schema::access_tokens;
use crate::http::problem::Result;
use crate::inbox::codes::InboxAction;
use crate::inbox::model::{Asked, Matter, Token, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::types::{AccessTokenId, Instant};

type Row = (AccessTokenId, String, Instant, Option<Instant>);

/// Those that still work and will not for long, or that nobody answers for: what is done first with each.
///
/// # Errors
/// The engine's.
pub(super) fn ending(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    if !asked.tokens {
        return Ok(Vec::new());
    }
    let soon = asked.zone.beginning_of(rules::tokens_until(asked.today()));
    let rows: Vec<Row> = access_tokens::table
        .filter(access_tokens::organisation_id.eq(asked.organisation))
        .filter(access_tokens::revoked_at.is_null())
        .filter(access_tokens::expires_at.gt(asked.now))
        .filter(access_tokens::orphaned_at.is_not_null().or(access_tokens::expires_at.lt(soon)))
        .order((access_tokens::created_at.asc(), access_tokens::id.asc()))
        .limit(MOST.into())
        .select((
            access_tokens::id,
            access_tokens::name,
            access_tokens::expires_at,
            access_tokens::orphaned_at,
        ))
        .load(db)?;
    let waiting = |(id, name, expires_at, orphaned_at): Row| {
        let grace = grace(asked.orphaned_token_days);
        let until = orphaned_at.map_or(expires_at, |since| since.plus(grace).min(expires_at));
        let until_day = asked.zone.today_in_zone(until);
        let action = if orphaned_at.is_some() { InboxAction::Adopt } else { InboxAction::Rotate };
        let matter = Matter::AccessToken(Token { name, orphaned: orphaned_at.is_some(), until: until_day });
        (until > asked.now).then(|| Waiting { action, id: id.uuid(), due_on: Some(until_day), matter })
    };
    Ok(rows.into_iter().filter_map(waiting).collect())
}
