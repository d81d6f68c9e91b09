//! Pledges and disbursements, by the handlers of [`crate::items`]: what a link says of its items.

use std::sync::Arc;

use crate::access::{Permit, Right};
use crate::acting;
use crate::db::Db;
use crate::donor_links::codes::PledgeStatus;
use crate::donor_links::model::disbursement::{Acknowledge, NewDisbursement};
use crate::donor_links::model::pledge::CancelPledge;
use crate::donor_links::model::{Disbursement, Loaded, Looker, Pledge};
use crate::donor_links::rules::{Standing, is_giving};
use crate::donor_links::store::room::Room;
use crate::donor_links::store::{disbursements, links, pledges, writing};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::items::routes::{added, adds, answered, changes, lists, reads};
use crate::items::{Edit, Item, Parent, Stored, store as items};
use crate::journal::Writer;
use crate::members::store::acting_member;
use crate::programmes::rules::carrying::confirming_is_open;
use crate::types::{DisbursementId, DonorLinkId, PledgeId};

pub(super) fn operations() -> Vec<Operation> {
    [of_pledges(), of_disbursements()].into_iter().flatten().collect()
}

fn of_pledges() -> Vec<Operation> {
    const PATH: &str = "/v1/donor-links/{id}/pledges";
    const ONE: &str = "/v1/donor-links/{id}/pledges/{item_id}";
    vec![
        lists::<Pledge>(PATH, "listPledges").summary("What is promised through a link, newest first"),
        adds::<Pledge>(PATH, "addPledge").summary("Records what the donor promises").description(
            "By either organisation, from `introduced` until it is closed or ended (409 `state-conflict`). The first that is \
             open makes the link `pledged`.",
        ),
        reads::<Pledge>(ONE, "readPledge").summary("Reads a pledge"),
        changes::<Pledge>(ONE, "changePledge").summary("Changes a pledge that is open").description(
            "By either organisation. Once something counts against it only `expected_on` and `conditions` can be changed; \
             fulfilled or cancelled, nothing (409 `state-conflict`). `money` is replaced whole.",
        ),
        Operation::post("/v1/donor-links/{id}/pledges/{item_id}/cancel", "cancelPledge", cancel)
            .summary("Says that no more of a pledge is to come")
            .description(
                "By either organisation, while it is open (409 `state-conflict`). What came of it stays counted. Without an open \
                 pledge and without anything received the link falls back to `introduced` or `in_discussion`.",
            )
            .needs(Right::DonorsWrite)
            .version(VersionNeed::Optional)
            .optional_body::<CancelPledge>()
            .ok::<Pledge>("It, as it is now; the same again when it was cancelled already."),
    ]
}

fn of_disbursements() -> Vec<Operation> {
    const PATH: &str = "/v1/donor-links/{id}/disbursements";
    const ONE: &str = "/v1/donor-links/{id}/disbursements/{item_id}";
    vec![
        lists::<Disbursement>(PATH, "listDisbursements").summary("What came through a link, newest first"),
        Operation::post(PATH, "addDisbursement", add_disbursement)
            .summary("Records what came through a link, or takes back what was recorded wrongly")
            .description(
                "By the beneficiary (403), from `introduced` until it is closed or ended (409 `state-conflict`); for a programme \
                 while the beneficiary is its partner and its terms are in force or it is completed. What counts against a pledge \
                 never comes to more than that unless `surplus` says so (409 `pledge-exceeded`, with what is `left`). With \
                 `reverses` one is taken back, once (409 `already-reversed`), in any stage. The first makes the link `funded`, \
                 the last that is taken back undoes that. For a programme each makes a contribution there.",
            )
            .needs(Right::DonorsWrite)
            .body::<NewDisbursement>()
            .creates::<Disbursement>("It."),
        reads::<Disbursement>(ONE, "readDisbursement").summary("Reads a disbursement"),
        Operation::post(
            "/v1/donor-links/{id}/disbursements/{item_id}/acknowledge",
            "acknowledgeDisbursement",
            acknowledge,
        )
        .summary("Acknowledges what came through a link")
        .description(
            "By the organisation whose donor it is (403). One that was taken back, or takes another back, is not acknowledged \
             (409 `state-conflict`).",
        )
        .needs(Right::DonorsWrite)
        .version(VersionNeed::Optional)
        .optional_body::<Acknowledge>()
        .ok::<Disbursement>("It, as it is now; the same again when it was acknowledged already."),
    ]
}

async fn cancel(call: Arc<Call>) -> Result<Answer> {
    let (id, item_id): (DonorLinkId, PledgeId) = (call.id("id")?, call.id("item_id")?);
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let link = <Loaded as Parent>::lock(w, &admitting, id)?;
            let found = Pledge::one(w.db(), id, item_id.uuid())?;
            let permit = <Loaded as Parent>::permit(&link, &admitting)?;
            Ok(Admitted::by(&permit, (link, found)).with(permit))
        },
        move |w, ((link, before), permit): ((Loaded, Pledge), Permit)| {
            if before.status == PledgeStatus::Cancelled {
                return answered(&before, &link);
            }
            let current = Versioned { id: before.id.uuid(), version: before.version, thing: &before };
            acting.check_version(w.db(), current)?;
            let CancelPledge { .. } = acting.decode()?;
            if before.status != PledgeStatus::Open {
                return Err(Problem::new(Code::StateConflict).with("state", before.status));
            }
            let after = pledges::cancel(w, &permit, &before)?;
            let link = writing::follow(w, link)?;
            answered(&after, &link)
        },
    )
    .await
}

async fn add_disbursement(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let input = call.input::<NewDisbursement>();
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let link = <Loaded as Parent>::lock(w, &admitting, id)?;
            let beneficiary = link.row.beneficiary_organisation_id;
            let permit = admitting.caller.permit(Right::DonorsWrite, &[beneficiary])?;
            Ok(Admitted::by(&permit, link).with(permit))
        },
        move |w, (link, permit): (Loaded, Permit)| {
            added::<Disbursement>(&acting, &looker, w, link, &permit, &input)
        },
    )
    .await
}

async fn acknowledge(call: Arc<Call>) -> Result<Answer> {
    let (id, item_id): (DonorLinkId, DisbursementId) = (call.id("id")?, call.id("item_id")?);
    let looker = Looker::of(&call)?;
    let acting = Arc::clone(&call);
    call.write(
        move |w| {
            let link = links::lock(w, &looker.sight, id)?;
            let found = Disbursement::one(w.db(), id, item_id.uuid())?;
            let introducer = link.row.introduced_by_organisation_id;
            let permit = looker.caller.permit(Right::DonorsWrite, &[introducer])?;
            Ok(Admitted::by(&permit, (link, found)).with(permit))
        },
        move |w, ((link, before), permit): ((Loaded, Disbursement), Permit)| {
            if before.acknowledged_at.is_some() {
                return answered(&before, &link);
            }
            let current = Versioned { id: before.id.uuid(), version: before.version, thing: &before };
            acting.check_version(w.db(), current)?;
            let Acknowledge { .. } = acting.decode()?;
            if before.reverses.is_some() || disbursements::is_reversed(w.db(), before.id)? {
                let detail = "it was taken back, or takes another back";
                return Err(Problem::new(Code::StateConflict).detail(detail));
            }
            let after = Disbursement {
                version: before.version + 1,
                acknowledged_at: Some(w.now()),
                acknowledged_by_member_id: Some(acting_member(w.db(), &permit)?),
                updated_at: w.now(),
                ..before.clone()
            };
            items::update_as(w, &permit, &before, &after, "donor_link.disbursement.acknowledged")?;
            answered(&after, &link)
        },
    )
    .await
}

impl Parent for Loaded {
    type Id = DonorLinkId;
    type Looker = Looker;
    type Standing = Standing;
    type Room = Room;
    const READ: Right = Right::DonorsRead;
    const WRITE: Right = Right::DonorsWrite;

    fn named(call: &Call) -> Result<DonorLinkId> {
        call.id("id")
    }

    fn path(id: DonorLinkId) -> String {
        format!("/v1/donor-links/{id}")
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, id: DonorLinkId) -> Result<Self> {
        links::find(db, &looker.sight, id)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, id: DonorLinkId) -> Result<Self> {
        links::lock_with_purpose(w, looker, id)
    }

    fn id(&self) -> DonorLinkId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn for_rules(&self, _looker: &Looker) -> Result<Standing> {
        Loaded::standing(self)
    }

    fn shows_all(&self, _looker: &Looker) -> bool {
        true
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        looker.caller.permit(Self::WRITE, &self.parties())
    }

    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<Room> {
        let giving = self.giving.ok_or_else(|| Problem::internal("a link that was not locked to give"))?;
        Room::new(w.db(), self, permit, giving.today)
    }

    /// While it goes on; what was recorded wrongly is taken back at any time.
    fn require_open(&self, looker: &Looker, _permit: &Permit, part: &'static str, edit: Edit) -> Result<()> {
        let comes = part == Disbursement::PART.name && edit == Edit::Added;
        if edit == Edit::Reversed {
            return Ok(());
        }
        if !is_giving(self.row.stage) {
            return Err(acting::conflict(self, looker, Code::StateConflict)?);
        }
        match self.giving.and_then(|giving| giving.programme) {
            Some((state, _)) if comes && !confirming_is_open(state) => {
                let detail = "the programme's terms are not in force";
                Err(acting::conflict(self, looker, Code::StateConflict)?
                    .with("programme_state", state)
                    .detail(detail))
            }
            Some((_, false)) if comes => Err(acting::conflict(self, looker, Code::StateConflict)?
                .detail("the beneficiary is a partner of the programme no more")),
            _ => Ok(()),
        }
    }

    /// What is promised and what came moves the link's stage.
    fn touched(
        self,
        _looker: &Looker,
        w: &mut Writer<'_>,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<Self> {
        writing::follow(w, self)
    }
}
