//! What organisations are called.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::organisations::dsl;
use crate::http::problem::Result;
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
