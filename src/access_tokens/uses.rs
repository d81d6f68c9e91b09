//! When access tokens were used and refused: gathered in memory, and written down once a minute, so that no request
//! waits for it.
//!
//! What is held is bounded by the tokens that there are: only known ones are gathered.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::prelude::*;

use super::codes::Refusal;
use super::store::KIND;
use crate::app::App;
use crate::db::schema::access_tokens::dsl;
use crate::http::problem::Result;
use crate::journal::{Author, Changes, Entry, Thing, Writer};
use crate::types::network::Network;
use crate::types::{AccessTokenId, Instant, OrganisationId};

/// How many are written in one transaction.
const BATCH: usize = 200;

type Last = (Instant, IpAddr);

/// What was gathered since it was last written down.
#[derive(Default)]
pub struct Uses {
    used: Mutex<HashMap<AccessTokenId, Last>>,
    refused: Mutex<HashMap<(AccessTokenId, Refusal), Refusals>>,
}

#[derive(Debug, Clone, Copy)]
struct Refusals {
    organisation: OrganisationId,
    count: i64,
    address: IpAddr,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Uses {
    /// A token was used.
    pub fn used(&self, token: AccessTokenId, now: Instant, address: IpAddr) {
        held(&self.used).insert(token, (now, address));
    }

    /// A known token was refused.
    pub fn refused(&self, token: AccessTokenId, organisation: OrganisationId, why: Refusal, address: IpAddr) {
        let mut refused = held(&self.refused);
        let refusals = refused.entry((token, why)).or_insert(Refusals { organisation, count: 0, address });
        refusals.count = refusals.count.saturating_add(1);
        refusals.address = address;
    }

    fn put_refusals_back(&self, waiting: Vec<((AccessTokenId, Refusal), Refusals)>) {
        let mut refused = held(&self.refused);
        for (key, before) in waiting {
            let refusals = refused.entry(key).or_insert(Refusals { count: 0, ..before });
            refusals.count = refusals.count.saturating_add(before.count);
        }
    }

    fn put_back(&self, uses: &[(AccessTokenId, Last)]) {
        let mut used = held(&self.used);
        for (token, last) in uses {
            used.entry(*token).or_insert(*last);
        }
    }
}

/// Writes down what was gathered: when each token was last used and from where, and an entry in the journal for each
/// token and reason of refusal.
///
/// # Errors
/// `unavailable` when the database can't be written to now; what was not written is kept for the next time.
pub async fn write_down(app: &App) -> Result<()> {
    let mut used: Vec<(AccessTokenId, Last)> =
        std::mem::take(&mut *held(&app.access_tokens.uses.used)).into_iter().collect();
    // In one order on every node, so that they don't wait for each other.
    used.sort_unstable_by_key(|(token, _)| *token);
    for (at, batch) in used.chunks(BATCH).enumerate() {
        let uses = batch.to_vec();
        let write = app.database.write(Author::command("access-tokens"), move |w| write_uses(w, &uses));
        if let Err(problem) = write.await {
            app.access_tokens.uses.put_back(used.get(at * BATCH..).unwrap_or_default());
            return Err(problem);
        }
    }
    let refused = std::mem::take(&mut *held(&app.access_tokens.uses.refused));
    let mut waiting: Vec<((AccessTokenId, Refusal), Refusals)> = refused.into_iter().collect();
    while let Some(((token, why), refusals)) = waiting.pop() {
        let mut author = Author::command("access-tokens");
        (author.token, author.address) = (Some(token), Some(refusals.address));
        let write = app.database.write(author, move |w| write_refusals(w, token, why, refusals));
        if let Err(problem) = write.await {
            waiting.push(((token, why), refusals));
            app.access_tokens.uses.put_refusals_back(waiting);
            return Err(problem);
        }
    }
    Ok(())
}

fn write_uses(w: &mut Writer<'_>, uses: &[(AccessTokenId, Last)]) -> Result<()> {
    for (token, (at, address)) in uses {
        // Another node may have seen it later.
        let earlier = dsl::last_used_at.is_null().or(dsl::last_used_at.lt(Some(*at)));
        let from = Network::around(*address).map(|network| network.to_string());
        diesel::update(dsl::access_tokens.filter(dsl::id.eq(*token)).filter(earlier.assume_not_null()))
            .set((dsl::last_used_at.eq(Some(*at)), dsl::last_used_from.eq(from)))
            .execute(w.db())?;
    }
    Ok(())
}

fn write_refusals(w: &mut Writer<'_>, token: AccessTokenId, why: Refusal, refusals: Refusals) -> Result<()> {
    let version: Option<i64> =
        dsl::access_tokens.find(token).select(dsl::version).first(w.db()).optional()?;
    let Some(version) = version else { return Ok(()) };
    w.act_for(Some(refusals.organisation));
    let changes = Changes::none().with("reason", serde_json::Value::Null, why.as_str().into()).with(
        "count",
        serde_json::Value::Null,
        refusals.count.into(),
    );
    w.record(Entry { action: "access_token.refused", thing: Thing::new(KIND, token), version, changes })
}
