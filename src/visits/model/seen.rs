//! What of a visit a caller sees: all of it as a party, what may go out as anybody else.

use std::collections::HashSet;
use std::sync::Arc;

use super::loaded::Loaded;
use super::party::{PartyRow, ViewParty};
use super::visit::{ListedVisit, Record, Visit};
use crate::access::{Caller, Right, Sight};
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::items::Item;
use crate::organisations::codes::OrganisationStatus;
use crate::types::{AnyId, Instant, Json, OrganisationId};
use crate::visits::codes::{Response, VisitAction, VisitState};
use crate::visits::rules::{self, Actor};

/// How much is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Everything.
    Party,
    /// What may be known beyond the parties.
    Outside,
}

/// Which of the things that visits name (the visit that one returns, the commitment that it arises from) a caller
/// knows of, because they see them. The others are to them as if they were not named. By default none.
#[derive(Debug, Clone, Default)]
pub struct Known(HashSet<AnyId>);

impl Known {
    /// These too.
    pub fn add(&mut self, seen: impl IntoIterator<Item = AnyId>) {
        self.0.extend(seen);
    }

    /// Whether a thing is among them.
    pub fn has(&self, id: AnyId) -> bool {
        self.0.contains(&id)
    }
}

/// Who looks, and when.
#[derive(Clone)]
pub struct Looker {
    /// What they may see.
    pub sight: Sight,
    /// Who they are.
    pub caller: Arc<Caller>,
    /// When they look.
    pub now: Instant,
}

impl Looker {
    /// The caller, with the right to read visits.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let caller = Arc::clone(call.caller()?);
        Ok(Self { sight: caller.sight(Right::VisitsRead), caller, now: call.now() })
    }

    /// How much of this visit they see, given that they see it.
    pub fn level(&self, visit: &Loaded) -> Level {
        let as_party = visit
            .parties
            .iter()
            .any(|(party, _)| self.sight.sees_own(party.organisation_id) && visit.is_shown_to(party));
        if as_party { Level::Party } else { Level::Outside }
    }

    /// What they may do now: for the one party for which they may decide.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn allowed_actions(&self, visit: &Loaded) -> Result<Vec<VisitAction>> {
        let may_decide = |organisation| self.caller.rights_in(organisation).contains(Right::VisitsDecide);
        let able: Vec<_> = visit.concerned().into_iter().filter(|own| may_decide(*own)).collect();
        let [organisation] = able.as_slice() else { return Ok(Vec::new()) };
        let actor = Actor { organisation: *organisation, user: self.caller.user };
        Ok(rules::allowed(&visit.standing(self.now)?, actor))
    }

    /// A visit as they see it in a list. What it names is left out where they don't see that; but for a draft,
    /// whose own organisation, the only one that sees it, named it itself.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn listed(&self, visit: &Loaded, known: &Known) -> Result<ListedVisit> {
        let level = self.level(visit);
        let inside = level == Level::Party;
        let row = &visit.row;
        let named = |id: AnyId| inside && (row.state == VisitState::Draft || known.has(id));
        let place = match &row.place {
            Some(place) if !inside => Some(Json::new(&place.get()?.beyond_admin2())?),
            place => place.clone(),
        };
        Ok(ListedVisit {
            id: row.id,
            version: row.version,
            state: row.state,
            visibility: row.visibility,
            last_reason: row.last_reason.clone().filter(|_| inside),
            allowed_actions: self.allowed_actions(visit)?,
            title: row.title.clone(),
            summary: row.summary.clone().filter(|_| inside),
            purposes: row.purposes.clone(),
            schedule: row.schedule(),
            held_on: row.held_on,
            place,
            community_ids: row.community_ids.clone(),
            returns_visit_id: row.returns_visit_id.filter(|id| named(AnyId(id.0))),
            arises_from_commitment_id: row.arises_from_commitment_id.filter(|id| named(AnyId(id.0))),
            parties: parties(visit, level),
            created_by_organisation_id: row.created_by_organisation_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// A visit with its record, as they see it.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn whole(&self, visit: &Loaded, record: Record, known: &Known) -> Result<Visit> {
        let listed = self.listed(visit, known)?;
        Ok(match self.level(visit) {
            Level::Party => listed.with(record, visit.row.report.clone(), visit.row.reminders.clone()),
            // The report's own words may name anybody: they are the parties'.
            Level::Outside => listed.with(record.outside(&visit.remaining()), None, Json::new(&Vec::new())?),
        })
    }
}

impl Record {
    /// What may be known of it beyond the parties: of those parties that are told.
    fn outside(self, told: &[OrganisationId]) -> Self {
        fn all<I: Item>(items: Vec<I>, told: &[OrganisationId]) -> Vec<I> {
            items.into_iter().filter_map(|item| item.outside().among(told)).collect()
        }
        Self {
            delegates: all(self.delegates, told),
            agenda: all(self.agenda, told),
            discussions: all(self.discussions, told),
            commitments: all(self.commitments, told),
        }
    }
}

fn parties(visit: &Loaded, level: Level) -> Vec<ViewParty> {
    let took_part = |party: &PartyRow| level == Level::Party || party.response != Response::Declined;
    let shown = visit.parties.iter().filter(|(party, _)| took_part(party));
    shown.map(|(party, status)| party_as_seen(party, *status, level)).collect()
}

fn party_as_seen(party: &PartyRow, status: OrganisationStatus, level: Level) -> ViewParty {
    let (organisation_id, side) = (party.organisation_id, party.side);
    if level == Level::Outside {
        return ViewParty {
            organisation_id,
            side,
            response: None,
            accepted_version: None,
            report_approval: None,
            approved_version: None,
            objection: None,
        };
    }
    let silent = party.response == Response::Pending && status != OrganisationStatus::Active;
    ViewParty {
        organisation_id,
        side,
        response: Some(if silent { Response::Unavailable } else { party.response }),
        accepted_version: party.accepted_version,
        report_approval: Some(party.report_approval),
        approved_version: party.approved_version,
        objection: party.objection.clone(),
    }
}
