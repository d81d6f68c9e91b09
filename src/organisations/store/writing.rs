//! Entering and changing organisations.

use diesel::prelude::*;

use super::{KIND, Row};
use crate::access::codes::Digest;
use crate::access::{NetworkPermit, Permit};
use crate::db::Db;
use crate::db::schema::organisations::dsl;
use crate::db::schema::{
    external_id_claims, organisation_communities, organisation_external_ids, organisation_sectors,
    organisations,
};
use crate::http::call::Open;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::bodies::{NewExternalId, OrganisationChanges};
use crate::organisations::codes::{ContactVisibility, LegalForm, OrganisationStatus};
use crate::organisations::contact::Kept;
use crate::organisations::model::{Applicant, ExternalId};
use crate::organisations::rules::Eyes;
use crate::text::{Locale, LocalizedText, Name, fold, folded};
use crate::types::{CalendarDate, CommunityId, Json, OrganisationId, Sector};

/// By whose leave an organisation is written to.
pub enum By<'a> {
    /// The network admin's.
    Network(&'a NetworkPermit),
    /// That of its own people.
    Own(&'a Permit),
    /// That of whoever asks, by what they hold.
    Applicant(&'a Open),
}

/// What of an organisation is written from a body.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = organisations, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns {
    name: Json<Name>,
    official_name: Option<Json<Name>>,
    short_name: Option<Json<Name>>,
    legal_form: LegalForm,
    about: Option<Json<LocalizedText>>,
    sectors: Json<Vec<Sector>>,
    community_ids: Json<Vec<CommunityId>>,
    founded_on: Option<CalendarDate>,
    website: Option<String>,
    external_ids: Json<Vec<ExternalId>>,
    external_ids_partners: Json<Vec<ExternalId>>,
    external_ids_network: Json<Vec<ExternalId>>,
    contact: Json<Kept>,
    folded_name: String,
    folded: String,
}

fn columns(details: &OrganisationChanges) -> Result<Columns> {
    let names = [Some(&details.name), details.official_name.as_ref(), details.short_name.as_ref()];
    let texts = names.iter().flatten().flat_map(|name| name.texts());
    let seen_by = |eyes: Eyes| -> Result<Json<Vec<ExternalId>>> {
        let seen = details.external_ids.iter().filter(|id| eyes.see(id.visibility()));
        Json::new(&seen.map(shown).collect::<Vec<_>>())
    };
    Ok(Columns {
        folded: folded(texts),
        folded_name: fold(details.name.best(Locale::Ar)),
        name: Json::new(&details.name)?,
        official_name: details.official_name.as_ref().map(Json::new).transpose()?,
        short_name: details.short_name.as_ref().map(Json::new).transpose()?,
        legal_form: details.legal_form,
        about: details.about.as_ref().map(Json::new).transpose()?,
        sectors: Json::new(&*details.sectors)?,
        community_ids: Json::new(&*details.community_ids)?,
        founded_on: details.founded_on,
        website: details.website.as_deref().map(str::to_owned),
        external_ids: seen_by(Eyes::Own)?,
        external_ids_partners: seen_by(Eyes::Partner)?,
        external_ids_network: seen_by(Eyes::Network)?,
        contact: Json::new(&details.contact.as_ref().map(Kept::from).unwrap_or_default())?,
    })
}

fn shown(id: &NewExternalId) -> ExternalId {
    ExternalId {
        scheme: id.scheme.as_str().to_owned(),
        value: id.value.as_str().to_owned(),
        visibility: id.visibility(),
    }
}

/// What only an application has.
pub struct Asked {
    /// Who asks.
    pub applicant: Applicant,
    /// The token's digest.
    pub token: Digest,
}

/// Enters an organisation: an application when somebody asks, else a member.
///
/// # Errors
/// `validation-failed` for communities that aren't there; `external-id-taken`.
pub fn insert(
    w: &mut Writer<'_>,
    _by: By<'_>,
    id: OrganisationId,
    details: &OrganisationChanges,
    asked: Option<Asked>,
) -> Result<Row> {
    check_communities(w.db(), &details.community_ids)?;
    let status = if asked.is_some() { OrganisationStatus::Applied } else { OrganisationStatus::Active };
    let (now, columns) = (w.now(), columns(details)?);
    let (applicant, token) = match asked {
        Some(asked) => (Some(Json::new(&asked.applicant)?), Some(asked.token.to_vec())),
        None => (None, None),
    };
    let by_name = [("contact", details.contact.is_some()), ("applicant", applicant.is_some())];
    diesel::insert_into(dsl::organisations)
        .values((
            (dsl::id.eq(id), dsl::version.eq(1), dsl::status.eq(status), columns),
            (dsl::applicant.eq(applicant), dsl::status_token_digest.eq(token)),
            dsl::created_at.eq(now),
            dsl::updated_at.eq(now),
        ))
        .execute(w.db())?;
    insert_children(w.db(), id, details)?;
    if status.claims_external_ids() {
        claim(w.db(), id)?;
    }
    let row = read(w.db(), id)?;
    let shown = journaled(&row);
    let changes = Changes::between(None, Some(&shown))?;
    let changes =
        by_name.iter().filter(|(_, given)| *given).fold(changes, |all, (name, _)| all.with_name(name));
    let action =
        if status == OrganisationStatus::Applied { "organisation.applied" } else { "organisation.created" };
    w.record(Entry { action, thing: Thing::new(KIND, id), version: 1, changes })?;
    Ok(row)
}

/// Changes an organisation's particulars.
///
/// # Errors
/// `validation-failed` for communities that aren't there; `external-id-taken`.
pub fn update(w: &mut Writer<'_>, by: By<'_>, before: &Row, details: &OrganisationChanges) -> Result<Row> {
    let changes = store_details(w, &by, before, details)?;
    let (now, version) = (w.now(), before.version + 1);
    diesel::update(dsl::organisations.find(before.id))
        .set((dsl::version.eq(version), dsl::updated_at.eq(now)))
        .execute(w.db())?;
    w.record(Entry { action: "organisation.changed", thing: Thing::new(KIND, before.id), version, changes })?;
    read(w.db(), before.id)
}

/// Makes an organisation, which is locked, what it was registered as; nothing where it stands as that already.
///
/// # Errors
/// The engine's.
pub fn set_legal_form(w: &mut Writer<'_>, _by: By<'_>, id: OrganisationId, form: LegalForm) -> Result<()> {
    let before = read(w.db(), id)?;
    if before.legal_form == form {
        return Ok(());
    }
    let (now, version) = (w.now(), before.version + 1);
    diesel::update(dsl::organisations.find(id))
        .set((dsl::legal_form.eq(form), dsl::version.eq(version), dsl::updated_at.eq(now)))
        .execute(w.db())?;
    let after = read(w.db(), id)?;
    let changes = Changes::between(Some(&journaled(&before)), Some(&journaled(&after)))?;
    w.record(Entry { action: "organisation.changed", thing: Thing::new(KIND, id), version, changes })
}

/// Stores particulars without a version of their own; answers what changed.
///
/// # Errors
/// As [`update`].
pub(super) fn store_details(
    w: &mut Writer<'_>,
    _by: &By<'_>,
    before: &Row,
    details: &OrganisationChanges,
) -> Result<Changes> {
    check_communities(w.db(), &details.community_ids)?;
    let id = before.id;
    let contact = super::reading::contact(w.db(), id)?;
    diesel::update(dsl::organisations.find(id)).set(columns(details)?).execute(w.db())?;
    delete_children(w.db(), id)?;
    insert_children(w.db(), id, details)?;
    if before.status.claims_external_ids() {
        claim(w.db(), id)?;
    }
    let after = read(w.db(), id)?;
    let changes = Changes::between(Some(&journaled(before)), Some(&journaled(&after)))?;
    let now = details.contact.as_ref().map(Kept::from).unwrap_or_default();
    Ok(if now == contact { changes } else { changes.with_name("contact") })
}

/// The organisation's row as it is now.
pub(super) fn read(db: &mut Db, id: OrganisationId) -> Result<Row> {
    Ok(dsl::organisations.find(id).select(Row::as_select()).first(db)?)
}

/// What the journal keeps the values of: not who applied, which goes by name.
pub(super) fn journaled(row: &Row) -> crate::organisations::model::Organisation {
    let mut shown = row.clone().show(Eyes::Own);
    shown.application = None;
    shown
}

fn check_communities(db: &mut Db, asked: &[CommunityId]) -> Result<()> {
    let errors = crate::communities::store::check_exist(db, asked, "/community_ids")?;
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}

fn delete_children(db: &mut Db, id: OrganisationId) -> Result<()> {
    use {organisation_communities as c, organisation_external_ids as e, organisation_sectors as s};
    diesel::delete(s::table.filter(s::organisation_id.eq(id))).execute(db)?;
    diesel::delete(c::table.filter(c::organisation_id.eq(id))).execute(db)?;
    diesel::delete(e::table.filter(e::organisation_id.eq(id))).execute(db)?;
    Ok(())
}

fn insert_children(db: &mut Db, id: OrganisationId, details: &OrganisationChanges) -> Result<()> {
    use {organisation_communities as c, organisation_external_ids as e, organisation_sectors as s};
    for sector in &details.sectors {
        diesel::insert_into(s::table)
            .values((s::organisation_id.eq(id), s::sector.eq(*sector)))
            .execute(db)?;
    }
    for community in &details.community_ids {
        diesel::insert_into(c::table)
            .values((c::organisation_id.eq(id), c::community_id.eq(*community)))
            .execute(db)?;
    }
    for external in &details.external_ids {
        diesel::insert_into(e::table)
            .values((
                e::organisation_id.eq(id),
                e::scheme.eq(external.scheme.as_str()),
                e::value.eq(external.value.as_str()),
                e::visibility.eq(external.visibility()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Makes the organisation's external ids nobody else's. The table's key decides, also between two that
/// are admitted at once; in one order everywhere, so that they don't wait for each other.
pub(super) fn claim(db: &mut Db, id: OrganisationId) -> Result<()> {
    use {external_id_claims as claims, organisation_external_ids as e};
    release(db, id)?;
    let own: Vec<(String, String, ContactVisibility)> = e::table
        .filter(e::organisation_id.eq(id))
        .select((e::scheme, e::value, e::visibility))
        .order((e::scheme, e::value))
        .load(db)?;
    for (scheme, value, _) in own {
        let claimed = diesel::insert_into(claims::table)
            .values((claims::scheme.eq(&scheme), claims::value.eq(&value), claims::organisation_id.eq(id)))
            .execute(db);
        match claimed {
            Ok(_) => {}
            Err(diesel::result::Error::DatabaseError(
                diesel::result::DatabaseErrorKind::UniqueViolation,
                _,
            )) => {
                return Err(Problem::new(Code::ExternalIdTaken).with("scheme", scheme).with("value", value));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Gives the organisation's external ids free.
pub(super) fn release(db: &mut Db, id: OrganisationId) -> Result<()> {
    use external_id_claims as claims;
    diesel::delete(claims::table.filter(claims::organisation_id.eq(id))).execute(db)?;
    Ok(())
}
