//! What came in for a project, by the handlers of [`crate::items`]: what a project says of its receipts.

use crate::access::{Permit, Right};
use crate::db::Db;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Edit, Parent};
use crate::journal::Writer;
use crate::operations_of_items;
use crate::projects::model::{Loaded, Looker, ProjectRow, Receipt};
use crate::projects::store::projects as store;
use crate::projects::store::receipts::Room;
use crate::types::{OrganisationId, ProjectId};

const WHEN: &str = "What came without a donor link: subscriptions, a collection, cash by hand. By the project's own \
                    organisation. Money, or a quantity of something; a donor of the own organisation, or another \
                    source. Five thousand at the most (409 `limit-reached`). Seen by who sees the project's amounts, but for those from donors, which the \
                    own organisation alone sees, and without `donors:read` no `donor_id` of. The project's own \
                    version stays; `Awasir-Parent-Version` names it.";

pub(super) fn operations() -> Vec<Operation> {
    operations_of_items!(
        Receipt,
        "/v1/projects/{id}/receipts",
        ["listReceipts", "addReceipt", "readReceipt", "changeReceipt", "removeReceipt"],
        ["receipts of a project", "a receipt"],
        WHEN,
        "By the project's own organisation. `money` is replaced whole."
    )
}

impl Loaded {
    /// The project with its receipts, where the caller sees its amounts.
    fn with_amounts(row: ProjectRow, looker: &Looker) -> Result<Self> {
        if !looker.sees_amounts(&row) {
            return Err(Problem::new(Code::NotFound));
        }
        let names_donors = looker.knows_donors_of(row.organisation_id);
        Ok(Self { row, names_donors, today: looker.today })
    }
}

impl Parent for Loaded {
    type Id = ProjectId;
    type Looker = Looker;
    /// Whose it is.
    type Standing = OrganisationId;
    type Room = Room;
    const READ: Right = Right::ProjectsRead;
    const WRITE: Right = Right::ReceiptsWrite;

    fn named(call: &Call) -> Result<ProjectId> {
        call.id("id")
    }

    fn path(id: ProjectId) -> String {
        format!("/v1/projects/{id}")
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, id: ProjectId) -> Result<Self> {
        Self::with_amounts(store::find(db, &looker.sight, id)?, looker)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, id: ProjectId) -> Result<Self> {
        Self::with_amounts(store::lock(w, &looker.sight, id)?, looker)
    }

    fn id(&self) -> ProjectId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn for_rules(&self, _looker: &Looker) -> Result<OrganisationId> {
        Ok(self.row.organisation_id)
    }

    /// Others are not told, one by one, of what came from donors: it stands in the sums alone.
    fn shows_all(&self, looker: &Looker) -> bool {
        looker.sight.sees_own(self.row.organisation_id)
    }

    /// A receipt names no organisation: what of it is for others it says by itself.
    fn told_of(&self) -> Option<Vec<OrganisationId>> {
        Some(Vec::new())
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        looker.caller.permit(Self::WRITE, &[self.row.organisation_id])
    }

    fn room(&self, _w: &mut Writer<'_>, _permit: &Permit) -> Result<Room> {
        Ok(Room::new(self))
    }

    /// What came is written down whenever somebody gets to it.
    fn require_open(
        &self,
        _looker: &Looker,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<()> {
        Ok(())
    }

    /// What comes in is no change of the project itself.
    fn touched(
        self,
        _looker: &Looker,
        _w: &mut Writer<'_>,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<Self> {
        Ok(self)
    }
}
