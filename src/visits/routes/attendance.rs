//! Who was there, as it is said with the record that a visit took place, and taken back with it.

use std::collections::HashSet;

use super::said::Said;
use crate::access::Permit;
use crate::http::problem::{FieldError, Problem, Result};
use crate::items::Whole;
use crate::items::store as items;
use crate::journal::Writer;
use crate::visits::codes::VisitAction;
use crate::visits::model::bodies::Hold;
use crate::visits::model::{Delegate, Marked, VisitRow};

/// Whether all that are named are delegates of the visit.
pub(super) fn check(hold: &Hold, delegates: &[Delegate]) -> Result<()> {
    let unknown = hold
        .attended
        .iter()
        .enumerate()
        .filter(|(_, id)| !delegates.iter().any(|delegate| delegate.id == **id));
    let errors: Vec<FieldError> = unknown
        .map(|(i, _)| {
            FieldError::new(format!("/attended/{i}"), "unknown-reference", "is no delegate of the visit")
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}

/// The delegates that are named, with what was said of them before: to know the same record again, whatever is
/// said of them later, and to take it back.
pub(super) fn marked(hold: &Hold, delegates: &[Delegate]) -> Vec<Marked> {
    let there = delegates.iter().filter(|delegate| hold.attended.contains(&delegate.id));
    there.map(|delegate| Marked { delegate_id: delegate.id, attended: delegate.attended }).collect()
}

/// Whether it names no other delegates than the record that stands did.
pub(super) fn is_as_marked(hold: &Hold, row: &VisitRow) -> Result<bool> {
    // Of a record from before this was remembered, the day has to do.
    let Some(marked) = &row.held_marked else { return Ok(true) };
    let marked: HashSet<_> = marked.get()?.into_iter().map(|one| one.delegate_id).collect();
    Ok(hold.attended.iter().all(|id| marked.contains(id)))
}

/// Marks the delegates who were there; where the record that it took place is taken back, says of those who were
/// marked what was said of them before. Of whom something else was said since, that stands.
pub(super) fn follow(
    w: &mut Writer<'_>,
    permit: &Permit,
    before: &VisitRow,
    action: VisitAction,
    said: &Said,
) -> Result<()> {
    match (said, &before.held_marked) {
        (Said::Held(hold), _) => {
            let all = Delegate::load(w.db(), before.id)?;
            let mut there = all.iter().filter(|delegate| hold.attended.contains(&delegate.id));
            there.try_for_each(|delegate| say(w, permit, delegate, Some(true)))
        }
        (_, Some(marked)) if action == VisitAction::UndoHold => {
            let marked = marked.get()?;
            let all = Delegate::load(w.db(), before.id)?;
            for delegate in all.iter().filter(|delegate| delegate.attended == Some(true)) {
                if let Some(mark) = marked.iter().find(|mark| mark.delegate_id == delegate.id) {
                    say(w, permit, delegate, mark.attended)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
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
