//! What of a project's body only the tables know, and how its members go together with what stood before.

use crate::communities::store::check_exist;
use crate::db::Db;
use crate::http::problem::{FieldError, Result};
use crate::items::Findings;
use crate::projects::model::{ProjectChanges, ProjectRow};
use crate::types::{CalendarDate, CommunityId};

/// What was found wrong with a body.
#[derive(Default)]
pub struct Found(Vec<FieldError>);

impl Findings for Found {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.0
    }
}

/// Which day a budget is of.
#[derive(Debug, Clone, Copy)]
pub struct BudgetDay {
    /// Whether the body itself says.
    pub is_said: bool,
    /// The day that it is.
    pub today: CalendarDate,
}

impl ProjectChanges {
    /// Fills in of which day the budget is: where the body does not say, today's if it is new, none without one.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn date_budget(&mut self, before: Option<&ProjectRow>, day: BudgetDay) -> Result<()> {
        let stood = before.map(ProjectRow::budget).transpose()?.flatten();
        let is_new = self.budget.is_some() && (self.budget != stood || self.budget_as_of.is_none());
        match self.budget {
            Some(_) if self.budget_as_of.is_none() => self.budget_as_of = Some(day.today),
            Some(_) if is_new && !day.is_said => self.budget_as_of = Some(day.today),
            None if !day.is_said => self.budget_as_of = None,
            _ => {}
        }
        Ok(())
    }
}

/// Reports what is wrong with a project; communities that it had before stay.
///
/// # Errors
/// The engine's.
pub fn project(
    found: &mut Found,
    db: &mut Db,
    details: &ProjectChanges,
    before: Option<&ProjectRow>,
) -> Result<()> {
    if details.budget_as_of.is_some() && details.budget.is_none() {
        let detail = "a day is given, and no budget that is of that day";
        found.report("/budget".to_owned(), "required", detail);
    }
    let known: Vec<CommunityId> =
        before.map(|before| before.community_ids.get()).transpose()?.unwrap_or_default();
    if known != *details.community_ids {
        found.0.extend(check_exist(db, &details.community_ids, "/community_ids")?);
    }
    Ok(())
}
