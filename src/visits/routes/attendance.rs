//! Who was there, as it is said with the record that a visit took place, and taken back with it.

use std::collections::HashSet;

use crate::access::Permit;
use crate::http::problem::{FieldError, Problem, Result};
use crate::items::store as items;
use crate::journal::Writer;
use crate::visits::model::bodies::Hold;
use crate::visits::model::{Delegate, Marked, Record, VisitRow};

/// Whether all that are named are delegates of the visit.
pub(super) fn check(hold: &Hold, record: &Record) -> Result<()> {
    let unknown = hold
        .attended
        .iter()
        .enumerate()
        .filter(|(_, id)| !record.delegates.iter().any(|delegate| delegate.id == **id));
    let errors: Vec<FieldError> = unknown
        .map(|(i, _)| {
            FieldError::new(format!("/attended/{i}"), "unknown-reference", "is no delegate of the visit")
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}

/// The delegates that are named, with what was said of them before: to know the same record again, whatever is
/// said of them later, and to take it back.
pub(super) fn marked(hold: &Hold, record: &Record) -> Vec<Marked> {
    let there = record.delegates.iter().filter(|delegate| hold.attended.contains(&delegate.id));
    there.map(|delegate| Marked { delegate_id: delegate.id, attended: delegate.attended }).collect()
}

/// Whether it names no other delegates than the record that stands did.
pub(super) fn is_as_marked(hold: &Hold, row: &VisitRow) -> Result<bool> {
    // Of a record from before this was remembered, the day has to do.
    let Some(marked) = &row.held_marked else { return Ok(true) };
    let marked: HashSet<_> = marked.get()?.into_iter().map(|one| one.delegate_id).collect();
    Ok(hold.attended.iter().all(|id| marked.contains(id)))
}

/// Marks the delegates who were there.
pub(super) fn mark(w: &mut Writer<'_>, permit: &Permit, hold: &Hold, record: &Record) -> Result<()> {
    let there = record.delegates.iter().filter(|delegate| hold.attended.contains(&delegate.id));
    there.into_iter().try_for_each(|delegate| say(w, permit, delegate, Some(true)))
}

/// Says of those who were marked what was said of them before; of whom something else was said since, that
/// stands.
pub(super) fn put_back(
    w: &mut Writer<'_>,
    permit: &Permit,
    marked: &[Marked],
    record: &Record,
) -> Result<()> {
    for delegate in record.delegates.iter().filter(|delegate| delegate.attended == Some(true)) {
        if let Some(mark) = marked.iter().find(|mark| mark.delegate_id == delegate.id) {
            say(w, permit, delegate, mark.attended)?;
        }
    }
    Ok(())
}

fn say(w: &mut Writer<'_>, permit: &Permit, delegate: &Delegate, attended: Option<bool>) -> Result<()> {
    if delegate.attended == attended {
        return Ok(());
    }
    let mut after = delegate.clone();
    after.attended = attended;
    after.version += 1;
    after.updated_at = w.now();
    items::update(w, permit, delegate, &after)
}
