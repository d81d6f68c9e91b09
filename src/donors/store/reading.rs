//! One donor, its name, its contact.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Sight;
use crate::access::keys::Keys;
use crate::db::schema::{donor_contacts, donors};
use crate::db::{Db, Root, dialect};
use crate::donors::codes::DonorVisibility;
use crate::donors::contact::DonorContact;
use crate::donors::model::{Donor, DonorRow};
use crate::donors::sealing::{self, Part};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::text::Name;
use crate::types::{DonorId, Json};

/// One donor that the caller may know of: their organisation's own, or one that the network sees.
///
/// # Errors
/// `not-found`, also when the caller may not know of it.
pub fn find(db: &mut Db, sight: &Sight, id: DonorId) -> Result<DonorRow> {
    let row: Option<DonorRow> = donors::table.find(id).select(DonorRow::as_select()).first(db).optional()?;
    row.filter(|row| {
        sight.sees_own(row.organisation_id) || (row.visibility == DonorVisibility::Network && sight.network())
    })
    .ok_or_else(|| Problem::new(Code::NotFound))
}

/// Locks a donor that the caller may know of: nobody else waits for it, or has others wait.
///
/// # Errors
/// As [`find`].
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: DonorId) -> Result<DonorRow> {
    find(w.db(), sight, id)?;
    dialect::lock(w.db(), Root::Donor, id.uuid())?;
    find(w.db(), sight, id)
}

/// What a donor is called, whoever asks: the caller sees to it that they may know.
///
/// # Errors
/// As [`Keys::unseal`].
pub fn name_of(db: &mut Db, keys: &Keys, row: &DonorRow) -> Result<Name> {
    named(db, keys, row.id, row.name.as_ref(), row.sealed_name.as_deref())
}

/// What these donors are called, whoever asks: the caller sees to it that they may know.
///
/// # Errors
/// As [`Keys::unseal`].
pub fn names_of(db: &mut Db, keys: &Keys, ids: &[DonorId]) -> Result<HashMap<DonorId, Name>> {
    type Row = (DonorId, Option<Json<Name>>, Option<Vec<u8>>);
    let rows: Vec<Row> = donors::table
        .filter(donors::id.eq_any(ids.to_vec()))
        .select((donors::id, donors::name, donors::sealed_name))
        .load(db)?;
    let open = |(id, name, sealed): Row| Ok((id, named(db, keys, id, name.as_ref(), sealed.as_deref())?));
    rows.into_iter().map(open).collect()
}

pub(super) fn named(
    db: &mut Db,
    keys: &Keys,
    id: DonorId,
    name: Option<&Json<Name>>,
    sealed: Option<&[u8]>,
) -> Result<Name> {
    match (name, sealed) {
        (Some(name), _) => name.get(),
        (None, Some(sealed)) => sealing::open(keys, db, Part::Name, id, sealed),
        (None, None) => Err(Problem::internal(format!("the donor {id} has no name"))),
    }
}

/// A donor as the caller sees it.
///
/// # Errors
/// As [`name_of`].
pub fn shown(db: &mut Db, keys: &Keys, sight: &Sight, row: &DonorRow) -> Result<Donor> {
    row.shown(sight, name_of(db, keys, row)?)
}

/// How a donor is reached, whoever asks: the caller sees to it that they may read it, and that it is journaled.
///
/// # Errors
/// As [`Keys::unseal`].
pub fn contact_of(db: &mut Db, keys: &Keys, id: DonorId) -> Result<DonorContact> {
    let sealed: Option<Vec<u8>> =
        donor_contacts::table.find(id).select(donor_contacts::sealed).first(db).optional()?;
    sealed.map_or_else(|| Ok(DonorContact::default()), |sealed| DonorContact::open(keys, db, id, &sealed))
}
