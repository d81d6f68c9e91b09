//! Organisations read: one, a list, by an applicant's token.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::{Row, duplicates, partners};
use crate::access::codes::Digest;
use crate::access::{Permit, Sight};
use crate::db::schema::organisations::dsl;
use crate::db::schema::{
    communities, organisation_communities, organisation_external_ids, organisation_sectors,
};
use crate::db::{Db, MultiBackend, Root, Verbatim, dialect, search};
use crate::http::call::PageRequest;
use crate::http::cursor::Cursor;
use crate::http::page::merge_newest;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::organisations::codes::{ContactVisibility, LegalForm, OrganisationStatus};
use crate::organisations::contact::Kept;
use crate::organisations::model::Organisation;
use crate::organisations::rules::{Eyes, eyes};
use crate::types::{CommunityId, Instant, Json, OrganisationId, Sector};

type Query<'a> = diesel::helper_types::IntoBoxed<'a, dsl::organisations, MultiBackend>;

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In one of these statuses.
    pub statuses: Vec<OrganisationStatus>,
    /// At work in one of these fields.
    pub sectors: Vec<Sector>,
    /// Of one of these kinds.
    pub legal_forms: Vec<LegalForm>,
    /// Serving one of these communities.
    pub communities: Vec<CommunityId>,
    /// Serving a community whose P-code begins so.
    pub place: Option<String>,
    /// Folded words, all of which the names have.
    pub words: Vec<String>,
    /// With one of these ids in other lists: scheme and value.
    pub external_ids: Vec<(String, String)>,
}

fn not_found() -> Problem {
    Problem::new(Code::NotFound)
}

fn row(db: &mut Db, id: OrganisationId) -> Result<Row> {
    dsl::organisations.find(id).select(Row::as_select()).first(db).optional()?.ok_or_else(not_found)
}

/// One organisation and with whose eyes the caller sees it: one statement by the primary key; a second
/// one only where it shows partners more than the network.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn find(db: &mut Db, sight: &Sight, id: OrganisationId) -> Result<(Row, Eyes)> {
    let row = row(db, id)?;
    let eyes = eyes(row.status, sight.sees_own(id), sight.all_organisations(), sight.network());
    match eyes.ok_or_else(not_found)? {
        Eyes::Network if row.shows_partners_more() && !partners::among(db, sight, &[id])?.is_empty() => {
            Ok((row, Eyes::Partner))
        }
        eyes => Ok((row, eyes)),
    }
}

/// The organisation as answered, with its possible duplicates where they are wanted.
///
/// # Errors
/// The engine's.
pub fn show(db: &mut Db, row: Row, eyes: Eyes) -> Result<Organisation> {
    let mut shown = [row.show(eyes)];
    if eyes == Eyes::NetworkAdmin {
        duplicates::add(db, &mut shown)?;
    }
    let [organisation] = shown;
    Ok(organisation)
}

/// An application, for whoever holds its token.
///
/// # Errors
/// `not-found`: no such token, or one that is no longer good.
pub fn find_by_token(db: &mut Db, id: OrganisationId, token: &Digest, now: Instant) -> Result<Row> {
    dsl::organisations
        .filter(dsl::id.eq(id))
        .filter(dsl::status_token_digest.eq(&token[..]))
        .filter(dsl::status_token_expires_at.is_null().or(dsl::status_token_expires_at.gt(now)))
        .select(Row::as_select())
        .first(db)
        .optional()?
        .ok_or_else(not_found)
}

/// Locks an organisation and reads it.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: OrganisationId) -> Result<(Row, Eyes)> {
    dialect::lock(w.db(), Root::Organisation, id.uuid())?;
    find(w.db(), sight, id)
}

/// Locks an application and reads it for whoever holds its token.
///
/// # Errors
/// As [`find_by_token`].
pub fn lock_by_token(w: &mut Writer<'_>, id: OrganisationId, token: &Digest) -> Result<Row> {
    dialect::lock(w.db(), Root::Organisation, id.uuid())?;
    let now = w.now();
    find_by_token(w.db(), id, token, now)
}

/// How an organisation is reached, all of it.
///
/// # Errors
/// The engine's.
pub fn contact(db: &mut Db, id: OrganisationId) -> Result<Kept> {
    let kept: Json<Kept> = dsl::organisations.find(id).select(dsl::contact).first(db)?;
    kept.get()
}

/// For which of the caller's organisations a contact that partners or the network may see is read.
///
/// # Errors
/// `not-found` when it is seen through none.
pub fn reader_of(
    db: &mut Db,
    sight: &Sight,
    id: OrganisationId,
    status: OrganisationStatus,
) -> Result<(OrganisationId, Eyes)> {
    if let Some(partnership) = partners::among(db, sight, &[id])?.first() {
        return Ok((partnership.mine, Eyes::Partner));
    }
    let any = sight.organisations().iter().find(|seen| seen.active).filter(|_| status.is_in_network());
    any.map(|seen| (seen.organisation, Eyes::Network)).ok_or_else(not_found)
}

/// One reading of the index: a list is merged of one per audience.
enum Source {
    /// Everything, for the network's admin.
    All,
    /// What every member organisation sees.
    InNetwork,
    /// What is in this status.
    Status(OrganisationStatus),
    /// The caller's own that are not active.
    Own(Vec<OrganisationId>),
}

fn sources(sight: &Sight, filter: &Filter) -> Vec<Source> {
    if filter.statuses.is_empty() && sight.all_organisations() {
        return vec![Source::All];
    }
    let mut sources = Vec::new();
    if filter.statuses.is_empty() && sight.network() {
        sources.push(Source::InNetwork);
    }
    for status in OrganisationStatus::ALL.iter().filter(|status| filter.statuses.contains(status)) {
        if sight.all_organisations() || (sight.network() && status.is_in_network()) {
            sources.push(Source::Status(*status));
        }
    }
    let own: Vec<_> =
        sight.organisations().iter().filter(|seen| !seen.active).map(|seen| seen.organisation).collect();
    if !own.is_empty() && !sight.all_organisations() {
        sources.push(Source::Own(own));
    }
    sources
}

/// Rows of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Organisation>> {
    let only = match filter.external_ids.as_slice() {
        [] => None,
        asked => Some(with_external_ids(db, sight, asked)?),
    };
    let mut lists = Vec::new();
    for source in sources(sight, filter) {
        lists.push(read(db, &source, filter, only.as_deref(), page)?);
    }
    let rows = match lists.len() {
        1 => lists.pop().unwrap_or_default(),
        _ => merge_newest(lists, page.limit.plus_one(), |row: &Row| Cursor {
            created_at: row.created_at.micros(),
            id: row.id.uuid(),
        }),
    };
    show_all(db, sight, rows)
}

fn read(
    db: &mut Db,
    source: &Source,
    filter: &Filter,
    only: Option<&[OrganisationId]>,
    page: &PageRequest,
) -> Result<Vec<Row>> {
    let (created_at, id) = page.before();
    let query: Query<'_> = dsl::organisations.into_boxed();
    let mut query = match source {
        Source::All => query,
        // The words of the partial index, which SQLite recognises only as they stand.
        Source::InNetwork => {
            query.filter(Verbatim("organisations.status not in ('applied', 'returned', 'rejected')"))
        }
        Source::Status(status) => query.filter(dsl::status.eq(*status)),
        Source::Own(own) if filter.statuses.is_empty() => query.filter(dsl::id.eq_any(own.clone())),
        Source::Own(own) => {
            query.filter(dsl::id.eq_any(own.clone())).filter(dsl::status.eq_any(filter.statuses.clone()))
        }
    };
    if let Some(only) = only {
        query = query.filter(dsl::id.eq_any(only.to_vec()));
    }
    if page.after.is_some() {
        let id = OrganisationId(id.0);
        query = query
            .filter(dsl::created_at.le(created_at))
            .filter(dsl::created_at.lt(created_at).or(dsl::id.lt(id)));
    }
    Ok(narrowed(query, filter)
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.rows())
        .select(Row::as_select())
        .load(db)?)
}

fn narrowed<'a>(mut query: Query<'a>, filter: &Filter) -> Query<'a> {
    if !filter.legal_forms.is_empty() {
        query = query.filter(dsl::legal_form.eq_any(filter.legal_forms.clone()));
    }
    if !filter.sectors.is_empty() {
        use organisation_sectors as s;
        query = query.filter(exists(
            s::table.filter(s::organisation_id.eq(dsl::id)).filter(s::sector.eq_any(filter.sectors.clone())),
        ));
    }
    if !filter.communities.is_empty() {
        use organisation_communities as c;
        query = query.filter(exists(
            c::table
                .filter(c::organisation_id.eq(dsl::id))
                .filter(c::community_id.eq_any(filter.communities.clone())),
        ));
    }
    if let Some(place) = &filter.place {
        use organisation_communities as c;
        query = query.filter(exists(
            c::table
                .inner_join(communities::table.on(communities::id.eq(c::community_id)))
                .filter(c::organisation_id.eq(dsl::id))
                .filter(communities::pcode.ge(place.clone()))
                .filter(communities::pcode.lt(search::after_prefix(place))),
        ));
    }
    for word in &filter.words {
        query = query.filter(dsl::folded.like(search::containing(word)).escape('\\'));
    }
    query
}

/// The rows as the caller sees them; whom partnerships concern is asked once for all.
fn show_all(db: &mut Db, sight: &Sight, rows: Vec<Row>) -> Result<Vec<Organisation>> {
    let see =
        |row: &Row| eyes(row.status, sight.sees_own(row.id), sight.all_organisations(), sight.network());
    let in_question: Vec<OrganisationId> = rows
        .iter()
        .filter(|row| row.shows_partners_more() && see(row) == Some(Eyes::Network))
        .map(|row| row.id)
        .collect();
    let partners = partners::among(db, sight, &in_question)?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let eyes = match see(&row) {
            Some(Eyes::Network) if partners.iter().any(|one| one.theirs == row.id) => Eyes::Partner,
            Some(eyes) => eyes,
            None => continue,
        };
        shown.push(row.show(eyes));
    }
    if sight.all_organisations() {
        duplicates::add(db, &mut shown)?;
    }
    Ok(shown)
}

/// Which organisations have one of these external ids that the caller may see: who may not see an id
/// doesn't find by it either.
fn with_external_ids(db: &mut Db, sight: &Sight, asked: &[(String, String)]) -> Result<Vec<OrganisationId>> {
    use organisation_external_ids as e;
    let mut found: Vec<(OrganisationId, ContactVisibility)> = Vec::new();
    for (scheme, value) in asked {
        let some: Vec<(OrganisationId, ContactVisibility)> = e::table
            .filter(e::scheme.eq(scheme))
            .filter(e::value.eq(value))
            .select((e::organisation_id, e::visibility))
            .limit(200)
            .load(db)?;
        found.extend(some);
    }
    let ids: Vec<OrganisationId> = found.iter().map(|(id, _)| *id).collect();
    let partners = partners::among(db, sight, &ids)?;
    let seen = |(id, visibility): &(OrganisationId, ContactVisibility)| {
        sight.sees_own(*id)
            || sight.all_organisations()
            || match visibility {
                ContactVisibility::Network => true,
                ContactVisibility::Partners => partners.iter().any(|one| one.theirs == *id),
                ContactVisibility::Organisation => false,
            }
    };
    Ok(found.iter().filter(|one| seen(one)).map(|(id, _)| *id).collect())
}

/// An organisation that the permit is for, as its own people see it.
///
/// # Errors
/// The engine's.
pub fn own(db: &mut Db, permit: &Permit) -> Result<Row> {
    row(db, permit.organisation())
}
