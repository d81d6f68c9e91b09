//! The actions, by the flow of [`crate::acting`]: what is recorded as it happens at the authority.

use std::convert::Infallible;

use uuid::Uuid;

use super::change::out_of_order;
use crate::access::{Caller, Permit, Right};
use crate::acting::{self, Acted, Scene, operation};
use crate::db::Db;
use crate::http::call::Call;
use crate::http::decode::Text;
use crate::http::operation::Operation;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::organisations::store::writing::{By, set_legal_form};
use crate::registrations::codes::{RegistrationAction as A, RegistrationStatus};
use crate::registrations::model::bodies::{
    RecordRegistration, RejectRegistration, RenewRegistration, StopRegistration, SubmitRegistration,
};
use crate::registrations::model::{Loaded, Looker, Registration, RegistrationReason};
use crate::registrations::rules::{self, Days, Edge, Refusal, Registrations, Standing};
use crate::registrations::store::dossiers as store;
use crate::registrations::store::items::lacking;
use crate::registrations::store::{KIND, writing};
use crate::text::LocalizedText;
use crate::types::{CalendarDate, Json, OrganisationId, RegistrationId};
use crate::visits::model::bodies::SeenVersion;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        action("/v1/registrations/{id}/submit", "submitRegistration", A::Submit)
            .optional_body::<SubmitRegistration>(),
        action("/v1/registrations/{id}/review", "reviewRegistration", A::Review)
            .optional_body::<SeenVersion>(),
        action("/v1/registrations/{id}/register", "recordRegistration", A::Register)
            .optional_body::<RecordRegistration>(),
        action("/v1/registrations/{id}/reject", "rejectRegistration", A::Reject).body::<RejectRegistration>(),
        action("/v1/registrations/{id}/reopen", "reopenRegistration", A::Reopen)
            .optional_body::<SeenVersion>(),
        action("/v1/registrations/{id}/suspend", "suspendRegistration", A::Suspend)
            .optional_body::<StopRegistration>(),
        action("/v1/registrations/{id}/reinstate", "reinstateRegistration", A::Reinstate)
            .optional_body::<SeenVersion>(),
        action("/v1/registrations/{id}/renew", "renewRegistration", A::Renew).body::<RenewRegistration>(),
        action("/v1/registrations/{id}/cancel", "cancelRegistration", A::Cancel)
            .optional_body::<StopRegistration>(),
    ]
}

fn action(path: &'static str, id: &'static str, action: A) -> Operation {
    operation::<Loaded>(path, id, action, format!("{}{}", rules::describe(action), besides(action)))
}

/// What the table does not say.
fn besides(action: A) -> &'static str {
    match action {
        A::Submit => "\n\nThe commitment that it arises from is in progress from here on.",
        A::Register => {
            "\n\nWith `change_legal_form` the organisation itself becomes what was sought, by the same write (needs \
             `organisations:write`); without it the dossier offers that in `legal_form_offer`. The commitment that it \
             arises from is done."
        }
        A::Reject => "\n\nThe commitment that it arises from is free again.",
        A::Reopen => "\n\n`submitted_on` is null again.",
        A::Reinstate => "\n\nFrom there its days tell how it reads.",
        A::Renew => {
            "\n\nFrom there its days tell how it reads: until a day within sixty days, `renewal_due`."
        }
        A::Cancel => {
            "\n\nNothing of it is changed from then on. The commitment that it arises from is free again."
        }
        A::Review | A::Suspend => "",
    }
}

/// What the body of an action says.
pub enum Said {
    /// Nothing.
    Nothing,
    /// Why, perhaps.
    Why(Option<LocalizedText>),
    /// When it was handed in.
    Submitted(Option<CalendarDate>),
    /// That it was registered.
    Registered {
        /// Its number.
        number: Option<String>,
        /// When.
        on: Option<CalendarDate>,
        /// Until when.
        until: Option<CalendarDate>,
        /// Whether the organisation becomes what was sought.
        change_legal_form: bool,
    },
    /// Until when it is good.
    Renewed(CalendarDate),
}

impl Said {
    /// Whether it says otherwise than a dossier stands; what it leaves out it doesn't contradict.
    fn contradicts(&self, dossier: &Loaded) -> bool {
        let row = &dossier.row;
        let differs = |said: Option<CalendarDate>, stands| said.is_some() && said != stands;
        match self {
            Self::Nothing | Self::Why(_) => false,
            Self::Submitted(on) => differs(*on, row.submitted_on),
            Self::Registered { number, on, until, change_legal_form } => {
                (number.is_some() && *number != row.number)
                    || differs(*on, row.registered_on)
                    || differs(*until, row.expires_on)
                    || (*change_legal_form && dossier.own_form != row.legal_form)
            }
            Self::Renewed(until) => Some(*until) != row.expires_on,
        }
    }

    /// The days of a dossier as it makes them.
    fn days(&self, before: Days, today: CalendarDate) -> Days {
        match self {
            Self::Submitted(on) => Days { submitted_on: Some(on.unwrap_or(today)), ..before },
            Self::Registered { on, until, .. } => {
                Days { registered_on: Some(on.unwrap_or(today)), expires_on: *until, ..before }
            }
            Self::Renewed(until) => Days { expires_on: Some(*until), ..before },
            Self::Nothing | Self::Why(_) => before,
        }
    }
}

impl Acted for Loaded {
    type Machine = Registrations;
    type Id = RegistrationId;
    type Looker = Looker;
    type View = Registration;
    type Said = Said;
    type Kept = Infallible;
    const KIND: &'static str = KIND;

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn caller(looker: &Looker) -> &Caller {
        &looker.caller
    }

    fn needed(_action: A) -> Right {
        Right::RegistrationsWrite
    }

    fn journaled(action: A) -> &'static str {
        match action {
            A::Submit => "registration.submitted",
            A::Review => "registration.under_review",
            A::Register => "registration.registered",
            A::Reject => "registration.rejected",
            A::Reopen => "registration.reopened",
            A::Suspend => "registration.suspended",
            A::Reinstate => "registration.reinstated",
            A::Renew => "registration.renewed",
            A::Cancel => "registration.cancelled",
        }
    }

    fn scene(w: &mut Writer<'_>, looker: &Looker, id: RegistrationId, action: A) -> Result<Scene<Self>> {
        if action == A::Register {
            // What it is may be changed with it.
            store::lock_organisation_of(w, looker, id)?;
        }
        let mut dossier = store::lock(w, looker, id)?;
        if dossier.lacks {
            dossier.lacking = lacking(w.db(), id)?;
        }
        Ok(Scene::On(Box::new(dossier)))
    }

    fn concerned(&self) -> Vec<OrganisationId> {
        vec![self.row.organisation_id]
    }

    fn actor(permit: &Permit) -> OrganisationId {
        permit.organisation()
    }

    fn standing(&self, looker: &Looker) -> Result<Standing> {
        Ok(self.standing(looker.today))
    }

    fn key(&self) -> (Uuid, i64) {
        (self.row.id.uuid(), self.row.version)
    }

    fn seen(&self, db: &mut Db, looker: &Looker) -> Result<Registration> {
        store::seen_by(db, looker, self)
    }

    fn allowed(&self, looker: &Looker) -> Result<Vec<A>> {
        Ok(looker.allowed_actions(self))
    }

    fn read(call: &Call, action: A) -> Result<Said> {
        Ok(match action {
            A::Submit => Said::Submitted(call.decode::<SubmitRegistration>()?.submitted_on),
            A::Register => {
                let body: RecordRegistration = call.decode()?;
                Said::Registered {
                    number: body.number.map(Text::into_inner),
                    on: body.registered_on,
                    until: body.expires_on,
                    change_legal_form: body.change_legal_form.unwrap_or(false),
                }
            }
            A::Reject => Said::Why(Some(call.decode::<RejectRegistration>()?.reason)),
            A::Suspend | A::Cancel => Said::Why(call.decode::<StopRegistration>()?.reason),
            A::Renew => Said::Renewed(call.decode::<RenewRegistration>()?.expires_on),
            A::Review | A::Reopen | A::Reinstate => {
                call.decode::<SeenVersion>()?;
                Said::Nothing
            }
        })
    }

    fn stands(&self, action: A, said: Option<&Said>, _looker: &Looker, permit: &Permit) -> Result<bool> {
        let last = self.row.last_reason.as_ref().map(Json::get).transpose()?;
        let mine =
            last.is_some_and(|last| last.action == action && last.organisation_id == permit.organisation());
        let there = rules::leads_to(action) == Some(self.row.status);
        Ok(mine && there && said.is_some_and(|said| !said.contradicts(self)))
    }

    fn check(&self, said: &Said, looker: &Looker, _w: &mut Writer<'_>, permit: &Permit) -> Result<()> {
        if let Said::Registered { change_legal_form: true, .. } = said {
            looker.caller.permit(Right::OrganisationsWrite, &[permit.organisation()])?;
        }
        let mut errors = match said {
            Said::Nothing | Said::Why(_) => Vec::new(),
            _ => out_of_order(&said.days(self.row.days(), looker.today), looker),
        };
        if let Said::Renewed(until) = said
            && errors.is_empty()
            && let Some(detail) = rules::renewal_mistake(*until, self.row.expires_on, looker.today)
        {
            errors.push(FieldError::new("/expires_on", "out-of-range", detail));
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
    }

    fn refused(&self, looker: &Looker, _action: A, refusal: Refusal) -> Result<Problem> {
        match refusal {
            Refusal::NotNow => acting::conflict(self, looker, Code::StateConflict),
            Refusal::RequirementsMissing => {
                let problem = acting::conflict(self, looker, Code::RequirementsMissing)?;
                Ok(problem.with("requirements", self.lacking.clone()))
            }
        }
    }

    fn carried_out(
        &self,
        edge: &'static Edge,
        said: Said,
        looker: &Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
    ) -> Result<Self> {
        let mut after = self.clone();
        let row = &mut after.row;
        let days = said.days(row.days(), looker.today);
        (row.submitted_on, row.registered_on, row.expires_on) =
            (days.submitted_on, days.registered_on, days.expires_on);
        row.status = edge.next;
        let mut reason = None;
        match said {
            Said::Registered { number, change_legal_form, .. } => {
                row.number = number.or(row.number.take());
                if change_legal_form {
                    let own = looker.caller.permit(Right::OrganisationsWrite, &[row.organisation_id])?;
                    set_legal_form(w, By::Own(&own), row.organisation_id, row.legal_form)?;
                    after.own_form = row.legal_form;
                }
            }
            Said::Why(why) => reason = why,
            Said::Nothing | Said::Submitted(_) | Said::Renewed(_) => {}
        }
        if edge.next == RegistrationStatus::Preparing {
            row.submitted_on = None;
        }
        let (organisation_id, at) = (permit.organisation(), w.now());
        row.last_reason =
            Some(Json::new(&RegistrationReason { action: edge.action, reason, organisation_id, at })?);
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
