//! Receipts: their rows, what is checked of them, and who is told from which donor they came.

use diesel::prelude::*;

use crate::access::Right;
use crate::db::schema::{donors, project_receipts, projects};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::{Around, Checked, Findings};
use crate::projects::codes::ReceiptSource;
use crate::projects::model::receipt::{NewReceipt, Receipt, ReceiptRow};
use crate::projects::model::{Loaded, Looker};
use crate::stored;
use crate::types::{CalendarDate, DonorId, OrganisationId, ProjectId};

stored!(Receipt as ReceiptRow, project_receipts, below project_id: ProjectId);

/// Where the body of a receipt is checked: what is known of its project and of who writes, and what was found wrong.
pub struct Room {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Whether the writer may know of that organisation's donors.
    pub names_donors: bool,
    /// The day that it is.
    pub today: CalendarDate,
    errors: Vec<FieldError>,
}

impl Room {
    /// Where nothing was found wrong yet.
    pub fn new(project: &Loaded) -> Self {
        Self {
            organisation: project.row.organisation_id,
            names_donors: project.names_donors,
            today: project.today,
            errors: Vec::new(),
        }
    }

    /// Reports a donor that is none of the own organisation's. A donor that is there stays to the end of the write.
    fn donor(&mut self, db: &mut Db, id: DonorId, pointer: String) -> Result<()> {
        dialect::lock(db, Root::Donor, id.uuid())?;
        let owner: Option<OrganisationId> =
            donors::table.find(id).select(donors::organisation_id).first(db).optional()?;
        if owner != Some(self.organisation) {
            self.report(pointer, "unknown-reference", "is no donor of this organisation's");
        }
        Ok(())
    }
}

impl Findings for Room {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}

impl Checked for Receipt {
    fn check(
        new: &mut NewReceipt,
        before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        if !room.names_donors {
            if new.donor_id.is_some() {
                let right = Right::DonorsRead.as_str();
                return Err(Problem::new(Code::Forbidden).with("required_permission", right));
            }
            // Who may not know the donor reads null, and leaves it so by saying nothing else.
            if new.source == Some(ReceiptSource::Donor) {
                new.donor_id = before.and_then(|before| before.donor_id);
            }
        }
        for (name, code, detail) in new.mistakes() {
            room.report(format!("{at}/{name}"), code, detail);
        }
        let stood = before.and_then(|before| before.donor_id);
        if let Some(donor) = new.donor_id.filter(|_| new.donor_id != stood) {
            room.donor(db, donor, format!("{at}/donor_id"))?;
        }
        if new.received_on.is_some_and(|day| day > room.today) {
            room.report(format!("{at}/received_on"), "out-of-range", "is in the future");
        }
        Ok(())
    }
}

impl Around for Receipt {
    /// What came from a donor is its own organisation's to know.
    fn is_shown(&self, db: &mut Db, looker: &Looker) -> Result<bool> {
        Ok(self.source != ReceiptSource::Donor || looker.sight.sees_own(owner(db, self.project_id)?))
    }

    /// From which donor they came is told to those who read the donors of the project's organisation.
    fn veil(receipts: &mut [Self], db: &mut Db, looker: &Looker) -> Result<()> {
        let Some(named) = receipts.iter().find(|receipt| receipt.donor_id.is_some()) else { return Ok(()) };
        let owner = owner(db, named.project_id)?;
        if !looker.knows_donors_of(owner) {
            receipts.iter_mut().for_each(|receipt| receipt.donor_id = None);
        }
        Ok(())
    }
}

/// Whose a project is.
fn owner(db: &mut Db, project: ProjectId) -> Result<OrganisationId> {
    Ok(projects::table.find(project).select(projects::organisation_id).first(db)?)
}
