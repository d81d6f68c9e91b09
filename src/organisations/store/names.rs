//! What organisations are called, and which of them can be named.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::organisations::dsl;
use crate::http::problem::Result;
use crate::organisations::codes::OrganisationStatus;
use crate::text::Name;
use crate::types::{Json, OrganisationId};

/// The names of these organisations, whatever became of them since: for whom has met them.
///
/// # Errors
/// The engine's.
pub fn of(db: &mut Db, ids: Vec<OrganisationId>) -> Result<HashMap<OrganisationId, Json<Name>>> {
    let names: Vec<(OrganisationId, Json<Name>)> =
        dsl::organisations.filter(dsl::id.eq_any(ids)).select((dsl::id, dsl::name)).load(db)?;
    Ok(names.into_iter().collect())
}

/// Which of these organisations are active in the network: who can be named a party or a partner.
///
/// # Errors
/// The engine's.
pub fn active_among(db: &mut Db, ids: &[OrganisationId]) -> Result<Vec<OrganisationId>> {
    Ok(dsl::organisations
        .filter(dsl::id.eq_any(ids.to_vec()))
        .filter(dsl::status.eq(OrganisationStatus::Active))
        .select(dsl::id)
        .load(db)?)
}
