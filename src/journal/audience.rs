//! Who may see a thing: one row per thing and organisation, one sentinel row for the whole network.
//!
//! `(thing_kind, organisation_id, created_at, thing_id)` is also the index by which lists are read: one
//! keyset query for each audience of the caller, merged in Rust.

use diesel::prelude::*;
use uuid::Uuid;

use super::{Thing, Writer};
use crate::access::Sight;
use crate::db::Db;
use crate::db::schema::audience;
use crate::http::problem::Result;
use crate::types::{AnyId, Instant, OrganisationId};

/// One who may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody with an active membership anywhere.
    Network,
    /// The people of one organisation.
    Organisation(OrganisationId),
}

impl Audience {
    /// The value in the `organisation_id` column: nil stands for the network.
    pub fn column(self) -> AnyId {
        match self {
            Self::Network => AnyId(Uuid::nil()),
            Self::Organisation(id) => AnyId(id.0),
        }
    }

    /// All through which a caller sees.
    pub fn all_of(sight: &Sight) -> Vec<Self> {
        let own = sight.organisations().iter().map(|seen| Self::Organisation(seen.organisation));
        own.chain(sight.network().then_some(Self::Network)).collect()
    }
}

/// The things among these that are shown to a caller, as a part of a query: `things::id.eq_any(seen(…))`.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn seen(ids: Vec<AnyId>, sight: &Sight) -> _ {
    let through: Vec<AnyId> = Audience::all_of(sight).into_iter().map(Audience::column).collect();
    audience::table
        .filter(audience::thing_id.eq_any(ids))
        .filter(audience::organisation_id.eq_any(through))
        .select(audience::thing_id)
}

/// Which of these things are shown to a caller.
///
/// # Errors
/// The engine's.
pub fn seen_among(db: &mut Db, sight: &Sight, ids: Vec<AnyId>) -> Result<Vec<AnyId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(seen(ids, sight).load(db)?)
}

impl Writer<'_> {
    /// Makes exactly these the audiences of a thing.
    ///
    /// # Errors
    /// The engine's.
    pub fn show_to(&mut self, thing: Thing, created_at: Instant, audiences: &[Audience]) -> Result<()> {
        let there: Vec<AnyId> = audience::table
            .filter(audience::thing_id.eq(AnyId(thing.id)))
            .select(audience::organisation_id)
            .load(self.db())?;
        let wanted: Vec<AnyId> = audiences.iter().map(|one| one.column()).collect();
        for gone in there.iter().filter(|one| !wanted.contains(one)) {
            diesel::delete(
                audience::table
                    .filter(audience::thing_id.eq(AnyId(thing.id)))
                    .filter(audience::organisation_id.eq(*gone)),
            )
            .execute(self.db())?;
        }
        for new in wanted.iter().filter(|one| !there.contains(one)) {
            self.add_audience(thing, created_at, *new)?;
        }
        Ok(())
    }

    /// As [`Writer::show_to`], for a thing just made, which nobody sees yet.
    ///
    /// # Errors
    /// The engine's.
    pub fn show_new_to(&mut self, thing: Thing, audiences: &[Audience]) -> Result<()> {
        let created_at = self.now();
        for one in audiences {
            self.add_audience(thing, created_at, one.column())?;
        }
        Ok(())
    }

    fn add_audience(&mut self, thing: Thing, created_at: Instant, who: AnyId) -> Result<()> {
        diesel::insert_into(audience::table)
            .values((
                audience::thing_kind.eq(thing.kind),
                audience::organisation_id.eq(who),
                audience::created_at.eq(created_at),
                audience::thing_id.eq(AnyId(thing.id)),
            ))
            .execute(self.db())?;
        Ok(())
    }
}
