//! What waits, gathered from its sources; then the page of it is told.
//!
//! - [`visits`], [`commitments`], [`programmes`], [`donor_links`], [`registrations`], [`access_tokens`]: where they come from.

mod access_tokens;
mod commitments;
mod donor_links;
mod programmes;
mod registrations;
mod visits;

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Asked, Called, InboxItem, Waiting};
use super::{rules, sentences};
use crate::db::Db;
use crate::db::schema::organisations;
use crate::http::call::PageRequest;
use crate::http::problem::Result;
use crate::organisations::codes::LegalForm;
use crate::text::Name;
use crate::types::{AnyId, Json, OrganisationId};

/// What finds the things of one kind that wait for an organisation: [`rules::MOST`] at the most, none of
/// them one that it may not see.
pub type Source = fn(&mut Db, &Asked) -> Result<Vec<Waiting>>;

/// Every kind.
pub const SOURCES: &[Source] = &[
    visits::waiting,
    commitments::waiting,
    programmes::waiting,
    donor_links::waiting,
    donor_links::unacknowledged,
    registrations::to_renew,
    registrations::owed,
    access_tokens::ending,
];

/// Items of a page, most urgent first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, asked: &Asked, page: &PageRequest) -> Result<Vec<InboxItem>> {
    let mut all = Vec::new();
    for source in SOURCES {
        all.extend(source(db, asked)?);
    }
    all.retain(|one| page.after.is_none_or(|after| one.place_in_list() > after));
    all.sort_unstable_by_key(Waiting::place_in_list);
    all.truncate(page.limit.plus_one());
    let called = called(db, &all)?;
    let today = asked.today();
    all.iter()
        .map(|one| {
            let named = one.matter.names().and_then(|id| called.get(&id));
            Ok(InboxItem {
                action: one.action,
                r#type: one.matter.kind(),
                id: AnyId(one.id),
                href: one.href(),
                due_on: one.due_on,
                overdue: one.due_on.is_some_and(|day| day < today),
                sentence: sentences::sentence(&one.matter, named, today)?,
            })
        })
        .collect()
}

/// The organisations that the sentences name.
fn called(db: &mut Db, all: &[Waiting]) -> Result<HashMap<OrganisationId, Called>> {
    let ids: Vec<OrganisationId> = all.iter().filter_map(|one| one.matter.names()).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(OrganisationId, Json<Name>, LegalForm)> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((organisations::id, organisations::name, organisations::legal_form))
        .load(db)?;
    rows.into_iter()
        .map(|(id, name, form)| Ok((id, Called { name: name.get()?, masculine: rules::is_masculine(form) })))
        .collect()
}
