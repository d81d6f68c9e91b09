//! A visit with its parties, as loaded: as far as the rules ask, and what follows from what they answer.

use serde::Deserialize;

use super::party::PartyRow;
use super::visit::VisitRow;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::organisations::codes::OrganisationStatus;
use crate::types::{Instant, Json, OrganisationId};
use crate::visits::codes::{Response, VisitAction, VisitState, VisitVisibility};
use crate::visits::rules::{Held, Party, REMINDED_AFTER, Standing, effects};

/// What the rules ask of a report that was submitted.
#[derive(Debug, Clone, Copy)]
pub struct Submitted {
    /// Who is to see it.
    pub visibility: VisitVisibility,
    /// Who submitted it.
    pub by: OrganisationId,
}

#[derive(Deserialize)]
struct Stored {
    visibility: VisitVisibility,
    submitted_by_organisation_id: Option<OrganisationId>,
}

/// What the rules ask of a stored reason.
#[derive(Debug, Deserialize)]
pub struct Given {
    /// What was done.
    pub action: VisitAction,
    /// By whom.
    pub organisation_id: OrganisationId,
}

/// A visit and its parties, as loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The visit.
    pub row: VisitRow,
    /// Its parties in the order they were given, with what their organisations are.
    pub parties: Vec<(PartyRow, OrganisationStatus)>,
}

impl Loaded {
    /// As far as the rules ask.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn standing(&self, now: Instant) -> Result<Standing> {
        let row = &self.row;
        Ok(Standing {
            state: row.state,
            author: row.created_by_organisation_id,
            date: row.starts_on,
            today: row.day_of(now),
            now,
            last: self.last_reason()?.map(|given| (given.action, given.organisation_id)),
            held: self.held(),
            asked_at: row.asked_at,
            submitted: self.submitted()?.is_some(),
            reminders: row.reminders.get()?.len(),
            parties: self.parties.iter().map(|(party, status)| party.for_rules(*status)).collect(),
        })
    }

    fn held(&self) -> Option<Held> {
        let row = &self.row;
        Some(Held { by: row.held_by_organisation_id?, at: row.held_at?, from: row.held_from? })
    }

    /// The visit as it stands once those that can't answer are left out; nothing is written.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn settled(&self, now: Instant) -> Result<Self> {
        let mut after = self.clone();
        let parties = self.standing(now)?.parties;
        after.row.state = effects::settled(self.row.state, &parties);
        if after.row.state != self.row.state {
            after.take_effect(now)?;
        }
        Ok(after)
    }

    /// Who last declined, moved or called it off.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn last_reason(&self) -> Result<Option<Given>> {
        self.row.last_reason.clone().map(|reason| reason.cast::<Given>().get()).transpose()
    }

    /// Takes over what the rules made of the parties.
    pub fn take(&mut self, parties: &[Party]) {
        for (row, party) in self.parties.iter_mut().map(|(row, _)| row).zip(parties) {
            row.take(party);
        }
    }

    /// What the report asks and who submitted it; none while there is only a draft of it.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn submitted(&self) -> Result<Option<Submitted>> {
        let report = self.row.report.clone().map(|report| report.cast::<Stored>().get()).transpose()?;
        Ok(report.and_then(|Stored { visibility, submitted_by_organisation_id }| {
            Some(Submitted { visibility, by: submitted_by_organisation_id? })
        }))
    }

    /// The party that an organisation is, to be changed; nothing where it is none.
    pub fn own_party(&mut self, organisation: OrganisationId) -> impl Iterator<Item = &mut PartyRow> {
        let parties = self.parties.iter_mut().map(|(party, _)| party);
        parties.filter(move |party| party.organisation_id == organisation)
    }

    /// Forgets that it was recorded as held, and what was said of that.
    pub fn forget_held(&mut self) {
        self.row.held_on = None;
        self.row.held_by_organisation_id = None;
        self.row.held_from = None;
        self.row.held_at = None;
        self.row.held_marked = None;
        self.parties.iter_mut().for_each(|(party, _)| party.objection = None);
    }

    /// Takes over what follows from its state and its parties: who sees it, and since when approvals are
    /// waited for.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn take_effect(&mut self, now: Instant) -> Result<()> {
        let parties = self.standing(now)?.parties;
        let asked = self.submitted()?.map(|report| report.visibility);
        self.row.visibility = effects::visibility(self.row.state, asked, &parties);
        if self.row.state != VisitState::Reported {
            self.row.remind_at = None;
        }
        Ok(())
    }

    /// Has the others asked anew for their approval, and reminded when they stay silent.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn ask_for_approval(&mut self, now: Instant) -> Result<()> {
        self.row.asked_at = Some(now);
        self.row.reminders = Json::new(&Vec::new())?;
        self.row.remind_at = Some(now.plus(REMINDED_AFTER));
        Ok(())
    }

    /// The organisations that have not declined.
    pub fn remaining(&self) -> Vec<OrganisationId> {
        let remains = self.parties.iter().filter(|(party, _)| party.response != Response::Declined);
        remains.map(|(party, _)| party.organisation_id).collect()
    }

    /// The organisations that may do something with it: its author while a draft, then those that remain.
    pub fn concerned(&self) -> Vec<OrganisationId> {
        match self.row.state {
            VisitState::Draft => vec![self.row.created_by_organisation_id],
            _ => self.remaining(),
        }
    }

    /// The party that an organisation is.
    pub fn party(&self, organisation: OrganisationId) -> Option<&PartyRow> {
        self.parties.iter().map(|(party, _)| party).find(|party| party.organisation_id == organisation)
    }

    /// Who sees it: its author while a draft; then its parties, but for those that declined and without whom it
    /// went on; and the network once it is concluded for that.
    pub fn audiences(&self) -> Vec<Audience> {
        let mut audiences: Vec<Audience> = self
            .parties
            .iter()
            .filter(|(party, _)| self.is_shown_to(party))
            .map(|(party, _)| Audience::Organisation(party.organisation_id))
            .collect();
        if self.row.visibility == VisitVisibility::Network {
            audiences.push(Audience::Network);
        }
        audiences
    }

    /// Whether a party sees the visit as it goes on.
    pub fn is_shown_to(&self, party: &PartyRow) -> bool {
        let author = party.organisation_id == self.row.created_by_organisation_id;
        party.seen_last.is_none() && (self.row.state != VisitState::Draft || author)
    }
}
