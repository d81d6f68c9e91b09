//! Requirements, obligations and notes: their rows, and what is checked of them.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{registration_notes, registration_obligations, registration_requirements};
use crate::http::call::PageRequest;
use crate::http::page::Limit;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Edit, Stored};
use crate::registrations::codes::RequirementState;
use crate::registrations::model::note::{NewNote, Note};
use crate::registrations::model::obligation::{NewObligation, Obligation};
use crate::registrations::model::requirement::{LackingRequirement, NewRequirement, Requirement};
use crate::registrations::store::room::Room;
use crate::stored;
use crate::text::Name;
use crate::types::{Json, RegistrationId, RequirementId};

stored!(
    Requirement, registration_requirements, below registration_id: RegistrationId,
    all by (registration_requirements::created_at.asc(), registration_requirements::id.asc())
);
stored!(
    Obligation, registration_obligations, below registration_id: RegistrationId,
    all by (registration_obligations::due_on.asc(), registration_obligations::id.asc())
);
stored!(Note, registration_notes, below registration_id: RegistrationId);

/// The newest notes of a dossier, as it is answered with them.
///
/// # Errors
/// The engine's.
pub fn newest_notes(db: &mut Db, dossier: RegistrationId) -> Result<Vec<Note>> {
    let limit = Limit::DEFAULT;
    let mut notes = Note::page(db, dossier, &PageRequest { limit, after: None })?;
    notes.truncate(limit.get());
    Ok(notes)
}

/// The requirements of a dossier that are missing or in progress.
///
/// # Errors
/// The engine's.
pub fn lacking(db: &mut Db, dossier: RegistrationId) -> Result<Vec<LackingRequirement>> {
    use registration_requirements as requirements;
    let rows: Vec<(RequirementId, Json<Name>, RequirementState)> = requirements::table
        .filter(requirements::registration_id.eq(dossier))
        .filter(requirements::state.eq_any(RequirementState::LACKING))
        .order((requirements::created_at.asc(), requirements::id.asc()))
        .select((requirements::id, requirements::title, requirements::state))
        .load(db)?;
    Ok(rows.into_iter().map(|(id, title, state)| LackingRequirement { id, title, state }).collect())
}

impl Checked for Requirement {
    fn check(
        _new: &mut NewRequirement,
        _before: Option<&Self>,
        _room: &mut Room,
        _db: &mut Db,
        _at: &str,
    ) -> Result<()> {
        Ok(())
    }
}

impl Around for Requirement {}

impl Checked for Obligation {
    fn check(
        _new: &mut NewObligation,
        _before: Option<&Self>,
        _room: &mut Room,
        _db: &mut Db,
        _at: &str,
    ) -> Result<()> {
        Ok(())
    }
}

impl Around for Obligation {
    /// What is done is changed no more; it may be removed.
    fn require_open(&self, edit: Edit) -> Result<()> {
        match self.done_on {
            Some(day) if edit != Edit::Removed => Err(Problem::new(Code::StateConflict).with("done_on", day)),
            _ => Ok(()),
        }
    }
}

impl Checked for Note {
    fn check(
        _new: &mut NewNote,
        _before: Option<&Self>,
        _room: &mut Room,
        _db: &mut Db,
        _at: &str,
    ) -> Result<()> {
        Ok(())
    }
}

impl Around for Note {}
