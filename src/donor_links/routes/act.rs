//! The actions: what is accepted, introduced, brought forward and ended.

use crate::access::{Caller, Permit, Right};
use crate::acting::{self, Acted, Scene};
use crate::db::Db;
use crate::donor_links::codes::{LinkAction as A, LinkStage as S};
use crate::donor_links::model::bodies::{AdvanceLink, DeclineLink, EndLink};
use crate::donor_links::model::{DonorLink, LastReason, Loaded, Looker};
use crate::donor_links::rules::{self, Edge, Links, NotNow, Standing};
use crate::donor_links::store::{KIND, links, writing};
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::text::LocalizedText;
use crate::types::{DonorLinkId, Json, OrganisationId};
use crate::visits::model::bodies::SeenVersion;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        action("/v1/donor-links/{id}/accept", "acceptDonorLink", A::Accept).optional_body::<SeenVersion>(),
        action("/v1/donor-links/{id}/decline", "declineDonorLink", A::Decline).optional_body::<DeclineLink>(),
        action("/v1/donor-links/{id}/introduce", "introduceDonor", A::Introduce)
            .optional_body::<SeenVersion>(),
        action("/v1/donor-links/{id}/advance", "advanceDonorLink", A::Advance).body::<AdvanceLink>(),
        action("/v1/donor-links/{id}/end", "endDonorLink", A::End).body::<EndLink>(),
        action("/v1/donor-links/{id}/close", "closeDonorLink", A::Close).optional_body::<SeenVersion>(),
    ]
}

fn action(path: &'static str, id: &'static str, action: A) -> Operation {
    let besides = match action {
        A::Introduce => {
            "\n\nIt gives no leave to read the donor's contact: that is given by `PUT …/grant`, and told in `granted_at`."
        }
        A::Advance => {
            "\n\n`pledged` and `funded` are brought about by what is pledged and received, and taken back with it."
        }
        A::Close | A::End => "\n\nWhat is still promised is cancelled with it.",
        A::Accept | A::Decline => "",
    };
    acting::operation::<Loaded>(path, id, action, format!("{}{besides}", rules::describe(action)))
}

impl Acted for Loaded {
    type Machine = Links;
    type Id = DonorLinkId;
    type Looker = Looker;
    type View = DonorLink;
    /// Why, perhaps.
    type Said = Option<LocalizedText>;
    type Kept = std::convert::Infallible;

    const KIND: &'static str = KIND;
    const KEPT_WITHOUT: &'static [&'static str] = super::NEVER_KEPT;

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn caller(looker: &Looker) -> &Caller {
        &looker.caller
    }

    fn needed(_action: A) -> Right {
        Right::DonorsWrite
    }

    fn journaled(action: A) -> &'static str {
        match action {
            A::Accept => "donor_link.accepted",
            A::Decline => "donor_link.declined",
            A::Introduce => "donor_link.introduced",
            A::Advance => "donor_link.advanced",
            A::End => "donor_link.ended",
            A::Close => "donor_link.closed",
        }
    }

    fn scene(w: &mut Writer<'_>, looker: &Looker, id: DonorLinkId, _action: A) -> Result<Scene<Self>> {
        Ok(Scene::On(Box::new(links::lock(w, &looker.sight, id)?)))
    }

    fn concerned(&self) -> Vec<OrganisationId> {
        self.parties()
    }

    /// Of those alone for whom the action is.
    fn permit(&self, looker: &Looker, action: A) -> Result<Permit> {
        looker.caller.permit(Self::needed(action), &rules::acting(action, &self.standing()?))
    }

    fn actor(permit: &Permit) -> OrganisationId {
        permit.organisation()
    }

    fn standing(&self, _looker: &Looker) -> Result<Standing> {
        Loaded::standing(self)
    }

    fn key(&self) -> (uuid::Uuid, i64) {
        (self.row.id.uuid(), self.row.version)
    }

    fn seen(&self, db: &mut Db, looker: &Looker) -> Result<DonorLink> {
        links::seen_by(db, looker, self)
    }

    fn allowed(&self, looker: &Looker) -> Result<Vec<A>> {
        looker.allowed_actions(self)
    }

    fn read(call: &Call, action: A) -> Result<Option<LocalizedText>> {
        Ok(match action {
            A::Accept | A::Introduce | A::Close => {
                call.decode::<SeenVersion>()?;
                None
            }
            A::Decline => call.decode::<DeclineLink>()?.reason,
            A::Advance => {
                call.decode::<AdvanceLink>()?;
                None
            }
            A::End => Some(call.decode::<EndLink>()?.reason),
        })
    }

    fn stands(
        &self,
        action: A,
        _said: Option<&Option<LocalizedText>>,
        _looker: &Looker,
        permit: &Permit,
    ) -> Result<bool> {
        Ok(rules::stands(action, &Loaded::standing(self)?, permit.organisation()))
    }

    fn refused(&self, looker: &Looker, _action: A, NotNow: NotNow) -> Result<Problem> {
        acting::conflict(self, looker, Code::StateConflict)
    }

    fn carried_out(
        &self,
        edge: &'static Edge,
        reason: Option<LocalizedText>,
        _looker: &Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
    ) -> Result<Self> {
        let mut after = self.clone();
        after.row.stage = edge.next;
        if matches!(edge.next, S::Introduced | S::InDiscussion) {
            after.row.talks_stage = Some(edge.next);
        }
        let last =
            LastReason { action: edge.action, reason, organisation_id: permit.organisation(), at: w.now() };
        after.row.last_reason = Some(Json::new(&last)?);
        Ok(after)
    }

    fn save(
        w: &mut Writer<'_>,
        permit: &Permit,
        before: &Self,
        after: Self,
        action: &'static str,
    ) -> Result<Self> {
        writing::save(w, permit, before, after, action)
    }
}
