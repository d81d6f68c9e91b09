//! Beginning a dossier.

use std::sync::Arc;

use super::answer;
use crate::access::{Permit, Right};
use crate::commitments::fulfilment;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::decode::Text;
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::{Item, Stamp};
use crate::journal::Writer;
use crate::organisations::codes::LegalForm;
use crate::registrations::codes::RegistrationStatus;
use crate::registrations::model::requirement::NewRequirement;
use crate::registrations::model::{
    Loaded, Looker, NewRegistration, Registration, RegistrationRow, Requirement,
};
use crate::registrations::store::dossiers as store;
use crate::registrations::store::room::Room;
use crate::registrations::store::writing;
use crate::types::{CommitmentId, Instant, Json, OrganisationId, RegistrationId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/organisations/{id}/registrations", "createRegistration", create)
            .summary("Begins a registration dossier of one's own organisation")
            .description(
                "In preparation, with what the authority asks for. A registration that stands already is recorded by \
                 the same steps, with their own days: `submit`, `review`, `register`.",
            )
            .needs(Right::RegistrationsWrite)
            .body::<NewRegistration>()
            .creates::<Registration>("The dossier."),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let input = call.input::<NewRegistration>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |_| {
            if !admitting.sight.sees_own(organisation) {
                return Err(Problem::new(Code::NotFound));
            }
            let permit = admitting.caller.permit(Right::RegistrationsWrite, &[organisation])?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get()?.clone();
            if let Some(id) = input.id
                && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
            {
                let dossier = store::find(w.db(), &looker, id)?;
                return answer(&store::seen_by(w.db(), &looker, &dossier)?);
            }
            begin(&acting, &looker, w, &permit, input)
        },
    )
    .await
}

fn begin(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    input: NewRegistration,
) -> Result<Answer> {
    if let Some(commitment) = input.arises_from_commitment_id {
        check_arises(w.db(), looker, permit.organisation(), commitment)?;
    }
    let (id, now) = (input.id.unwrap_or_else(|| w.new_id()), w.now());
    let requirements = requirements(call, w, permit, id, input.requirements.into_inner())?;
    let row = RegistrationRow {
        id,
        organisation_id: permit.organisation(),
        authority: Json::new(&input.authority)?,
        level: input.level,
        legal_form: input.legal_form,
        status: RegistrationStatus::Preparing,
        number: input.number.map(Text::into_inner),
        submitted_on: None,
        registered_on: None,
        expires_on: None,
        arises_from_commitment_id: input.arises_from_commitment_id,
        last_reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // As what the organisation stands in the network is read with it: nothing asks before.
    let own_form = LegalForm::Other;
    let dossier = Loaded { row, shares: Vec::new(), own_form, lacks: false, lacking: Vec::new() };
    writing::insert(w, permit, &dossier, &requirements)?;
    let dossier = store::find(w.db(), looker, id)?;
    let dossier = store::seen_by(w.db(), looker, &dossier)?;
    Answer::created(&dossier, dossier.version, format!("/v1/registrations/{id}"))
}

/// What the authority asks for, with the ids that the client chose.
fn requirements(
    call: &Call,
    w: &mut Writer<'_>,
    permit: &Permit,
    dossier: RegistrationId,
    list: Vec<NewRequirement>,
) -> Result<Vec<Requirement>> {
    let room = Room::new(w.db(), permit)?;
    let mut made = Vec::with_capacity(list.len());
    for (i, new) in (0i64..).zip(list) {
        let chosen = Requirement::chosen(&new);
        if let Some(id) = chosen
            && idempotency::choose(call, w, id)? == Chosen::Repeated
        {
            return Err(Problem::new(Code::IdTaken));
        }
        let id = chosen.unwrap_or_else(|| w.new_id());
        // A microsecond apart, so that they stay in the order in which they were given.
        let created_at = Instant::from_micros(w.now().micros() + i);
        let (by, updated_at) = (permit.organisation(), w.now());
        let stamp = Stamp { id, parent: dossier, by, version: 1, created_at, updated_at };
        made.push(Requirement::make(new, None, &room, stamp)?);
    }
    Ok(made)
}

/// Refuses a commitment of no visit in which the organisation took part.
pub(super) fn check_arises(
    db: &mut Db,
    looker: &Looker,
    own: OrganisationId,
    commitment: CommitmentId,
) -> Result<()> {
    if fulfilment::may_arise(db, &looker.visits, own, commitment)? {
        return Ok(());
    }
    let detail = "is no commitment of a visit of this organisation's";
    let error = FieldError::new("/arises_from_commitment_id", "unknown-reference", detail);
    Err(Problem::errors(vec![error]))
}
