//! `/v1/projects`, by verb: [`read`]: one and lists; [`create`]; [`change`]: by merge patch, and removed;
//! [`receipts`]: what came in.

pub mod change;
pub mod create;
pub mod read;
pub mod receipts;

use super::model::{Looker, Project, ProjectRow};
use super::store::projects as store;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::Versioned;
use crate::http::operation::Operation;
use crate::http::problem::Result;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [read::operations(), create::operations(), change::operations(), receipts::operations()]
        .into_iter()
        .flatten()
        .collect()
}

fn versioned(project: &Project) -> Versioned<'_, Project> {
    Versioned { id: project.id.uuid(), version: project.version, thing: project }
}

/// The project as the caller sees it, answered.
fn answer_seen(db: &mut Db, looker: &Looker, row: &ProjectRow) -> Result<Answer> {
    Answer::thing(&store::seen_by(db, looker, row)?, row.version)
}
