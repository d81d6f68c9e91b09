//! The donor's contact read through a link, and by whom.

use diesel::prelude::*;

use super::KIND;
use crate::access::Permit;
use crate::db::Db;
use crate::db::schema::{donor_contact_readings, members};
use crate::donor_links::model::{ContactReading, LinkRow, Looker};
use crate::donors::store::{contact_of, names_of};
use crate::http::answer::Answer;
use crate::http::call::PageRequest;
use crate::http::problem::{Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::members::store::acting_member;
use crate::text::Name;
use crate::types::{AnyId, DonorId, DonorLinkId, Instant, Json, MemberId, OrganisationId};

/// Records that the beneficiary reads the contact.
///
/// # Errors
/// `not-a-member`; the engine's.
pub fn note_read(w: &mut Writer<'_>, permit: &Permit, link: &LinkRow) -> Result<()> {
    use donor_contact_readings as readings;
    let member = acting_member(w.db(), permit)?;
    let (id, now): (AnyId, _) = (w.new_id(), w.now());
    diesel::insert_into(readings::table)
        .values((
            readings::id.eq(id),
            readings::donor_link_id.eq(link.id),
            readings::organisation_id.eq(permit.organisation()),
            readings::member_id.eq(member),
            readings::created_at.eq(now),
        ))
        .execute(w.db())?;
    let (thing, changes) = (Thing::new(KIND, link.id), Changes::none());
    w.record(Entry { action: "donor_link.contact_read", thing, version: link.version, changes })
}

/// A donor's name and contact, answered so that nobody keeps it.
///
/// # Errors
/// `internal` when what is sealed can't be read.
pub fn read(db: &mut Db, looker: &Looker, donor: DonorId) -> Result<Answer> {
    let keys = &looker.app.keys;
    let contact = contact_of(db, keys, donor)?;
    let name = names_of(db, keys, &[donor])?.remove(&donor);
    let name = name.ok_or_else(|| Problem::internal("a link to a donor that is not there"))?;
    contact.answer_named(name)
}

/// Who read the contact through a link: a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn readings(db: &mut Db, link: DonorLinkId, page: &PageRequest) -> Result<Vec<ContactReading>> {
    use donor_contact_readings as readings;
    let (created_at, id) = page.before();
    type Row = (AnyId, OrganisationId, MemberId, Json<Name>, Instant);
    let rows: Vec<Row> = readings::table
        .inner_join(members::table.on(members::id.eq(readings::member_id)))
        .filter(readings::donor_link_id.eq(link))
        .filter(readings::created_at.le(created_at))
        .filter(readings::created_at.lt(created_at).or(readings::id.lt(id)))
        .order((readings::created_at.desc(), readings::id.desc()))
        .limit(page.rows())
        .select((
            readings::id,
            readings::organisation_id,
            readings::member_id,
            members::name,
            readings::created_at,
        ))
        .load(db)?;
    let reading = |(id, organisation_id, member_id, name, created_at): Row| ContactReading {
        id,
        organisation_id,
        member_id,
        name,
        created_at,
    };
    Ok(rows.into_iter().map(reading).collect())
}
