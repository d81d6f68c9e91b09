//! Drawing up a programme.

use std::sync::Arc;

use super::zone;
use crate::access::{Permit, Right};
use crate::acting::{Scene, answered, answered_kept};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::items::Findings;
use crate::journal::Writer;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::{Loaded, Looker, NewProgramme, PartnerRow, Programme, ProgrammeRow};
use crate::programmes::rules::effects::{Amended, first_terms};
use crate::programmes::store::checks::{self, Room};
use crate::programmes::store::programmes as store;
use crate::programmes::store::writing;
use crate::text::{Name, folded};
use crate::types::{Json, OrganisationId, ProgrammeId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/programmes", "createProgramme", create)
            .summary("Draws up a shared programme")
            .description(
                "The draft is seen by its own organisation only, which must be one of the partners; these are active \
                 organisations, and exactly one leads. What partners sign are the terms: title, objectives, sectors, \
                 communities, period, budget, partners with their roles and responsibilities.",
            )
            .needs(Right::ProgrammesWrite)
            .body::<NewProgramme>()
            .creates::<Programme>("The draft."),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewProgramme>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    // On whose behalf: the one of the named partners for which the caller may write.
    let named: Vec<OrganisationId> = match input.get() {
        Ok(input) => input.partners.iter().map(|partner| partner.organisation_id).collect(),
        Err(_) => Vec::new(),
    };
    call.write(
        move |_| {
            let permit = admitting.caller.permit_among(Right::ProgrammesWrite, &named)?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get()?.clone();
            if let Some(id) = input.id
                && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
            {
                return match store::find_scene(w, &looker, id)? {
                    Scene::On(programme) => answered(&*programme, w.db(), &looker),
                    Scene::Left(_, last) => answered_kept(&last),
                };
            }
            draw_up(&acting, &looker, w, &permit, &input)
        },
    )
    .await
}

fn draw_up(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    input: &NewProgramme,
) -> Result<Answer> {
    let (own, amended) = (permit.organisation(), input.details().terms());
    let mut found = Room::new(own);
    checks::partners(&mut found, w.db(), &amended.terms, &[])?;
    checks::communities(&mut found, w.db(), &amended.terms.community_ids)?;
    if let Some(commitment) = input.arises_from_commitment_id {
        checks::arises(&mut found, w.db(), looker, commitment)?;
    }
    found.settle()?;
    let mut row = draft(w, permit, input.id.unwrap_or_else(|| w.new_id()), &amended)?;
    row.time_zone = zone(call)?.to_string();
    row.arises_from_commitment_id = input.arises_from_commitment_id;
    let partners = amended.terms.partners.iter().enumerate();
    let partners = partners
        .map(|(place, partner)| Ok((PartnerRow::new(row.id, place, partner)?, OrganisationStatus::Active)));
    let programme = Loaded {
        partners: partners.collect::<Result<_>>()?,
        terms: first_terms(row.id, &amended, own, w.now())?,
        pending: None,
        ended: Vec::new(),
        signatures: Vec::new(),
        invited: Vec::new(),
        row,
    };
    writing::insert(w, permit, &programme)?;
    let programme = store::seen_by(w.db(), looker, &programme)?;
    Answer::created(&programme, programme.version, format!("/v1/programmes/{}", programme.id))
}

/// A draft of these terms: nothing is written yet.
fn draft(w: &Writer<'_>, permit: &Permit, id: ProgrammeId, amended: &Amended) -> Result<ProgrammeRow> {
    let Amended { terms, visibility, amounts_visibility } = amended;
    Ok(ProgrammeRow {
        id,
        state: ProgrammeState::Draft,
        visibility: *visibility,
        amounts_visibility: *amounts_visibility,
        title: Json::new(&terms.title)?,
        objectives: Json::new(&terms.objectives)?,
        sectors: Json::new(&terms.sectors)?,
        community_ids: Json::new(&terms.community_ids)?,
        starts_on: terms.period.starts_on,
        ends_on: terms.period.ends_on,
        budget: Json::new(&terms.budget)?,
        terms_revision: 1,
        last_revision: 1,
        pending_revision: None,
        lead_offered_to: None,
        arises_from_commitment_id: None,
        last_reason: None,
        agreed_at: None,
        time_zone: String::new(),
        folded: folded(Name::texts(&terms.title)),
        created_by_organisation_id: permit.organisation(),
        version: 1,
        created_at: w.now(),
        updated_at: w.now(),
    })
}
