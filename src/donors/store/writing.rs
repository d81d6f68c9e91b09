//! A donor made, changed, removed.

use diesel::prelude::*;

use super::reading::name_of;
use crate::access::Permit;
use crate::access::keys::Keys;
use crate::db::schema::{
    audience, donor_contacts, donor_links, donor_places, donor_sectors, donors, project_receipts,
};
use crate::db::{Db, dialect, search};
use crate::donors::codes::{DonorKind, DonorVisibility};
use crate::donors::contact::DonorContact;
use crate::donors::model::{Donor, DonorChanges, DonorRow};
use crate::donors::sealing;
use crate::donors::{KIND, matching};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Audience, Changes, Entry, Erasure, Thing, Writer};
use crate::text::{Name, folded};
use crate::types::{AnyId, DonorId, DonorLinkId, Json, OrganisationId, Place, ReceiptId, Sector};

/// How many donors that nobody else knows of an organisation may enter: whenever it looks for a name, those of all of
/// them are opened.
pub const MOST_SEALED: i64 = 2_000;

/// What of a donor is written from a body.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = donors, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns {
    kind: DonorKind,
    visibility: DonorVisibility,
    name: Option<Json<Name>>,
    sealed_name: Option<Vec<u8>>,
    sectors: Json<Vec<Sector>>,
    places: Json<Vec<Place>>,
    minimum_minor: Option<i64>,
    maximum_minor: Option<i64>,
    range_currency: Option<String>,
    folded: String,
    sector_bits: i64,
    state_bits: i64,
}

fn columns(w: &mut Writer<'_>, keys: &Keys, id: DonorId, details: &DonorChanges) -> Result<Columns> {
    let interests = details.interests.as_ref();
    let (minimum, maximum) = (interests.and_then(|one| one.minimum), interests.and_then(|one| one.maximum));
    // One that is not shown has nothing that could be searched for.
    let (name, sealed_name, folded) = match details.visibility {
        DonorVisibility::Network => (Some(Json::new(&details.name)?), None, folded(details.name.texts())),
        DonorVisibility::Owner => {
            (None, Some(sealing::seal_name(keys, w, id, &details.name)?), String::new())
        }
    };
    Ok(Columns {
        kind: details.kind,
        visibility: details.visibility,
        name,
        sealed_name,
        sectors: Json::new(&interests.map(|one| one.sectors.to_vec()).unwrap_or_default())?,
        places: Json::new(&interests.map(|one| one.places.to_vec()).unwrap_or_default())?,
        minimum_minor: minimum.map(|money| money.minor()),
        maximum_minor: maximum.map(|money| money.minor()),
        range_currency: minimum.or(maximum).map(|money| money.currency().as_str().to_owned()),
        folded,
        sector_bits: matching::sector_bits(interests.iter().flat_map(|one| &one.sectors)),
        state_bits: matching::state_bits(interests.iter().flat_map(|one| matching::pcodes(&one.places))),
    })
}

/// Enters a donor.
///
/// # Errors
/// `limit-reached` when the organisation has too many that nobody else knows of; the engine's.
pub fn insert(
    w: &mut Writer<'_>,
    keys: &Keys,
    permit: &Permit,
    id: DonorId,
    details: &DonorChanges,
    contact: &DonorContact,
) -> Result<DonorRow> {
    let (now, own) = (w.now(), permit.organisation());
    if details.visibility == DonorVisibility::Owner {
        check_room(w, own)?;
    }
    let columns = columns(w, keys, id, details)?;
    diesel::insert_into(donors::table)
        .values((
            (donors::id.eq(id), donors::organisation_id.eq(own), donors::version.eq(1), columns),
            donors::created_at.eq(now),
            donors::updated_at.eq(now),
        ))
        .execute(w.db())?;
    write_lists(w, id, details)?;
    w.show_new_to(Thing::new(KIND, id), &audiences(own, details.visibility))?;
    let row = load(w.db(), id)?;
    let mut changes = journaled(w.db(), keys, None, Some(&row))?;
    if !contact.is_empty() {
        write_contact(w, keys, id, contact)?;
        changes = changes.with_name("contact");
    }
    w.record(Entry { action: "donor.created", thing: Thing::new(KIND, id), version: 1, changes })?;
    Ok(row)
}

/// Changes a donor. Its name is sealed or opened as others may no longer, or now, know of it; no longer, and what the
/// journal keeps of the name goes too. Where nothing is said that isn't so already, nothing is written: what would be
/// sealed anew is told apart by what it says.
///
/// # Errors
/// The engine's; as [`Keys::unseal`].
pub fn update(
    w: &mut Writer<'_>,
    keys: &Keys,
    permit: &Permit,
    before: &DonorRow,
    details: &DonorChanges,
) -> Result<DonorRow> {
    let (now, version, id) = (w.now(), before.version + 1, before.id);
    let name = name_of(w.db(), keys, before)?;
    if is_so(&before.whole(name)?, details)? {
        return Ok(before.clone());
    }
    let changed = columns(w, keys, id, details)?;
    diesel::update(donors::table.find(id))
        .set((donors::version.eq(version), changed, donors::updated_at.eq(now)))
        .execute(w.db())?;
    delete_lists(w, id)?;
    write_lists(w, id, details)?;
    let after = load(w.db(), id)?;
    if before.visibility != after.visibility {
        let audiences = audiences(permit.organisation(), after.visibility);
        w.show_to(Thing::new(KIND, id), before.created_at, &audiences)?;
    }
    let (thing, changes) = (Thing::new(KIND, id), journaled(w.db(), keys, Some(before), Some(&after))?);
    if hides(before, &after) {
        w.erase(Erasure::DonorHidden, thing, version, changes)?;
    } else {
        w.record(Entry { action: "donor.changed", thing, version, changes })?;
    }
    Ok(after)
}

/// Whether a donor is already as a change would have it.
fn is_so(before: &Donor, details: &DonorChanges) -> Result<bool> {
    let interests = details.interests.as_ref();
    let given = interests.map(|one| (one.sectors.to_vec(), one.places.to_vec(), one.minimum, one.maximum));
    let held = &before.interests;
    Ok(before.name.as_ref() == Some(&details.name)
        && (before.kind, before.visibility) == (details.kind, details.visibility)
        && given.unwrap_or_default() == (held.sectors.get()?, held.places.get()?, held.minimum, held.maximum))
}

/// Whether a change takes a donor out of the others' sight.
pub fn hides(before: &DonorRow, after: &DonorRow) -> bool {
    before.visibility == DonorVisibility::Network && after.visibility == DonorVisibility::Owner
}

/// Changes how a donor is reached; that it was is journaled, nothing of it. The donor's version afterwards.
///
/// # Errors
/// The engine's.
pub fn change_contact(
    w: &mut Writer<'_>,
    keys: &Keys,
    _permit: &Permit,
    before: &DonorRow,
    contact: &DonorContact,
) -> Result<i64> {
    let (now, version, id) = (w.now(), before.version + 1, before.id);
    diesel::update(donors::table.find(id))
        .set((donors::version.eq(version), donors::updated_at.eq(now)))
        .execute(w.db())?;
    write_contact(w, keys, id, contact)?;
    let changes = Changes::none().with_name("contact");
    w.record(Entry { action: "donor.contact_changed", thing: Thing::new(KIND, id), version, changes })?;
    Ok(version)
}

/// Removes a donor and all that was kept of it but the journal's entries, which name no values any more.
///
/// # Errors
/// `in-use` while a donor link or a receipt names it.
pub fn delete(w: &mut Writer<'_>, _permit: &Permit, before: &DonorRow) -> Result<()> {
    let id = before.id;
    let linked: Option<DonorLinkId> = donor_links::table
        .filter(donor_links::donor_id.eq(id))
        .select(donor_links::id)
        .first(w.db())
        .optional()?;
    let received: Option<ReceiptId> = project_receipts::table
        .filter(project_receipts::donor_id.eq(Some(id)))
        .select(project_receipts::id)
        .first(w.db())
        .optional()?;
    if linked.is_some() || received.is_some() {
        return Err(Problem::new(Code::InUse));
    }
    diesel::delete(donor_contacts::table.find(id)).execute(w.db())?;
    delete_lists(w, id)?;
    diesel::delete(audience::table.filter(audience::thing_id.eq(AnyId(id.0)))).execute(w.db())?;
    diesel::delete(donors::table.find(id)).execute(w.db())?;
    w.erase(Erasure::DonorDeleted, Thing::new(KIND, id), before.version + 1, Changes::none())
}

fn load(db: &mut Db, id: DonorId) -> Result<DonorRow> {
    Ok(donors::table.find(id).select(DonorRow::as_select()).first(db)?)
}

fn audiences(own: OrganisationId, visibility: DonorVisibility) -> Vec<Audience> {
    let network = (visibility == DonorVisibility::Network).then_some(Audience::Network);
    std::iter::once(Audience::Organisation(own)).chain(network).collect()
}

/// Two that enter donors at once: the second one counts the first's.
fn check_room(w: &mut Writer<'_>, own: OrganisationId) -> Result<()> {
    dialect::lock_key(w.db(), search::lock_of(&format!("sealed donors {own}")))?;
    let there: i64 = donors::table
        .filter(donors::organisation_id.eq(own))
        .filter(donors::visibility.eq(DonorVisibility::Owner))
        .count()
        .get_result(w.db())?;
    if there < MOST_SEALED {
        Ok(())
    } else {
        Err(Problem::new(Code::LimitReached).with("limit", MOST_SEALED))
    }
}

fn write_contact(w: &mut Writer<'_>, keys: &Keys, id: DonorId, contact: &DonorContact) -> Result<()> {
    diesel::delete(donor_contacts::table.find(id)).execute(w.db())?;
    if contact.is_empty() {
        return Ok(());
    }
    let sealed = contact.seal(keys, w, id)?;
    diesel::insert_into(donor_contacts::table)
        .values((donor_contacts::donor_id.eq(id), donor_contacts::sealed.eq(sealed)))
        .execute(w.db())?;
    Ok(())
}

/// What donors are found and matched by.
fn write_lists(w: &mut Writer<'_>, id: DonorId, details: &DonorChanges) -> Result<()> {
    let Some(interests) = &details.interests else { return Ok(()) };
    for sector in &interests.sectors {
        diesel::insert_into(donor_sectors::table)
            .values((donor_sectors::donor_id.eq(id), donor_sectors::sector.eq(sector.as_str())))
            .execute(w.db())?;
    }
    for pcode in matching::pcodes(&interests.places) {
        diesel::insert_into(donor_places::table)
            .values((donor_places::donor_id.eq(id), donor_places::pcode.eq(pcode)))
            .execute(w.db())?;
    }
    Ok(())
}

fn delete_lists(w: &mut Writer<'_>, id: DonorId) -> Result<()> {
    diesel::delete(donor_sectors::table.filter(donor_sectors::donor_id.eq(id))).execute(w.db())?;
    diesel::delete(donor_places::table.filter(donor_places::donor_id.eq(id))).execute(w.db())?;
    Ok(())
}

/// What changed, by the names that the API has for it. Of a donor that nobody else knows of, before or after, that its
/// name changed and no more.
fn journaled(
    db: &mut Db,
    keys: &Keys,
    before: Option<&DonorRow>,
    after: Option<&DonorRow>,
) -> Result<Changes> {
    let rows = [before, after];
    let mut states: Vec<Option<Donor>> = Vec::new();
    for row in rows {
        states.push(row.map(|row| row.whole(name_of(db, keys, row)?)).transpose()?);
    }
    let [before, after] = [states.first(), states.get(1)].map(|state| state.and_then(Option::as_ref));
    let changes = Changes::between(before, after)?;
    let sealed = rows.into_iter().flatten().any(|row| row.visibility == DonorVisibility::Owner);
    Ok(if sealed { changes.names_only(&["name"]) } else { changes })
}
