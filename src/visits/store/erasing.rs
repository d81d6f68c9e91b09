//! A member's personal values erased from visits: their title and organisation stay in the record.

use diesel::prelude::*;
use serde_json::Value;

use super::KIND;
use crate::db::schema::{delegate_links, visit_delegates, visit_parties, visits};
use crate::db::{Root, dialect};
use crate::http::problem::Result;
use crate::items::{Item, Stored};
use crate::journal::{Changes, Entry, Erasure, Thing, Writer};
use crate::text::Name;
use crate::types::people;
use crate::types::{DelegateId, Json, MemberId, OrganisationId, VisitId};
use crate::visits::model::{Delegate, PublicNameConsent, Visit};

/// Locks the visits in which a member was ever named, in the order of their ids.
///
/// # Errors
/// The engine's.
pub fn lock_visits_of(w: &mut Writer<'_>, member: MemberId) -> Result<Vec<VisitId>> {
    let mut ids: Vec<VisitId> = delegate_links::table
        .filter(delegate_links::member_id.eq(member))
        .select(delegate_links::visit_id)
        .order(delegate_links::visit_id.asc())
        .load(w.db())?;
    ids.dedup();
    for id in &ids {
        dialect::lock(w.db(), Root::Visit, id.uuid())?;
    }
    Ok(ids)
}

/// Erases what is a member's own from the delegates that they were, from visits as kept for those who
/// declined, and from the journal of both; `name` is the one that is erased. The member's entry is locked: nobody is said to be them meanwhile.
/// What parties have answered stands.
///
/// # Errors
/// The engine's.
pub fn erase_member(w: &mut Writer<'_>, member: MemberId, name: &Name) -> Result<()> {
    // Of visits in whatever state.
    w.of_draft(None);
    let ever: Vec<DelegateId> = delegate_links::table
        .filter(delegate_links::member_id.eq(member))
        .select(delegate_links::delegate_id)
        .load(w.db())?;
    // Again: a delegate may have been added between the first lock and that of the member.
    for visit in lock_visits_of(w, member)? {
        let delegates =
            visit_delegates::table.filter(visit_delegates::visit_id.eq(visit)).select(Delegate::as_select());
        let delegates: Vec<Delegate> = delegates.load(w.db())?;
        let mut changed = false;
        for delegate in delegates {
            // Also where somebody said since that the delegate is no member, and left the name.
            let left = delegate.member_id.is_none() && ever.contains(&delegate.id);
            let called = delegate.name.as_ref().map(Json::get).transpose()?;
            // One text of the name is enough: others may have been added or taken out since.
            let named = left
                && called.is_some_and(|called| called.texts().any(|one| name.texts().any(|own| own == one)));
            if delegate.member_id != Some(member) && !named {
                continue;
            }
            changed |= erase_delegate(w, &delegate)?;
        }
        if changed {
            touch(w, visit)?;
        }
        erase_last_seen(w, visit, member)?;
    }
    // Who was taken off a visit, or is somebody else since: what was recorded of them as the member.
    let mut ever = ever.into_iter().map(|delegate| Thing::new(Delegate::PART.kind, delegate));
    ever.try_for_each(|delegate| w.erase_kept(Erasure::Delegate, delegate).map(drop))
}

fn erase_delegate(w: &mut Writer<'_>, before: &Delegate) -> Result<bool> {
    let no = PublicNameConsent::No(false);
    let consent = before.public_name_consent.as_ref().map(Json::get).transpose()?;
    let held = [
        ("name", before.name.is_some()),
        ("honorific", before.honorific.is_some()),
        ("affiliation", before.affiliation.is_some()),
        ("introduced_as", before.introduced_as.is_some()),
        ("public_name_consent", consent.is_some_and(|consent| consent != no)),
    ];
    let changes = held.iter().filter(|(_, held)| *held);
    let changes = changes.fold(Changes::none(), |all, (name, _)| all.with_name(name));
    if changes.is_empty() {
        return Ok(false);
    }
    let after = Delegate {
        version: before.version + 1,
        name: None,
        honorific: None,
        affiliation: None,
        introduced_as: None,
        public_name_consent: Some(Json::new(&no)?),
        updated_at: w.now(),
        ..before.clone()
    };
    after.set_row(w.db())?;
    let thing = Thing::new(Delegate::PART.kind, before.id);
    w.erase(Erasure::Delegate, thing, after.version, changes)?;
    Ok(true)
}

/// Raises the visit's version, as every change of its record does.
fn touch(w: &mut Writer<'_>, visit: VisitId) -> Result<()> {
    let now = w.now();
    diesel::update(visits::table.find(visit))
        .set((visits::version.eq(visits::version + 1), visits::updated_at.eq(now)))
        .execute(w.db())?;
    let version: i64 = visits::table.find(visit).select(visits::version).first(w.db())?;
    let changes = Changes::none().with_name(Delegate::PART.name);
    w.record(Entry { action: "visit.record_changed", thing: Thing::new(KIND, visit), version, changes })
}

fn erase_last_seen(w: &mut Writer<'_>, visit: VisitId, member: MemberId) -> Result<()> {
    let kept: Vec<(OrganisationId, Option<Json<Visit>>)> = visit_parties::table
        .filter(visit_parties::visit_id.eq(visit))
        .filter(visit_parties::seen_last.is_not_null())
        .select((visit_parties::organisation_id, visit_parties::seen_last))
        .load(w.db())?;
    for (party, seen) in kept {
        let Some(seen) = seen else { continue };
        let mut seen: Value = seen.cast::<Value>().get()?;
        if people::erase_from(&mut seen, &[member.uuid()])? {
            diesel::update(visit_parties::table.find((visit, party)))
                .set(visit_parties::seen_last.eq(Some(Json::new(&seen)?.cast::<Visit>())))
                .execute(w.db())?;
        }
    }
    Ok(())
}
