//! Delegates, agenda, discussions and commitments as items of a visit.

use serde::Serialize;
use uuid::Uuid;

use super::items::{
    AgendaItem, Delegate, Discussion, NewAgendaItem, NewDelegate, NewDiscussion, PublicNameConsent,
};
use super::loaded::Loaded;
use crate::commitments::codes::{CommitmentStatus, Strength};
use crate::commitments::model::{Commitment, NewCommitment};
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::part;
use crate::types::{Instant, Json, OrganisationId, ProjectId, VisitId};
use crate::visits::codes::DelegateKind;
use crate::visits::rules::{Standing, editing};
use crate::visits::store::checks::Room;

fn json<T: Serialize>(value: Option<T>) -> Result<Option<Json<T>>> {
    value.as_ref().map(Json::new).transpose()
}

impl Item for Delegate {
    type Parent = Loaded;
    type New = NewDelegate;
    const PART: Part = part!("delegates", "visit.delegate", Some(200));
    const REPLACED: &'static [&'static str] = &["public_name_consent"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewDelegate) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewDelegate, _before: Option<&Self>, _room: &Room, stamp: Stamp<VisitId>) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.parent,
            kind: new.kind.unwrap_or(DelegateKind::Person),
            headcount: new.headcount.map(i64::from),
            organisation_id: new.organisation_id,
            member_id: new.member_id,
            name: json(new.name)?,
            honorific: json(new.honorific)?,
            title: json(new.title)?,
            affiliation: json(new.affiliation)?,
            introduced_as: json(new.introduced_as)?,
            side: new.side,
            is_head: new.is_head,
            attended: new.attended,
            public_name_consent: json(Some(new.public_name_consent.unwrap_or(PublicNameConsent::No(false))))?,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        let given = self.public_name_consent.as_ref().and_then(|consent| consent.get().ok());
        let named = matches!(given, Some(PublicNameConsent::Given { .. }));
        Self {
            name: self.name.filter(|_| named),
            honorific: self.honorific.filter(|_| named),
            headcount: None,
            member_id: None,
            affiliation: None,
            introduced_as: None,
            is_head: None,
            attended: None,
            public_name_consent: None,
            ..self
        }
    }

    fn among(self, told: &[OrganisationId]) -> Option<Self> {
        told.contains(&self.organisation_id).then_some(self)
    }

    fn is_editable_by(&self, visit: &Standing, own: OrganisationId) -> bool {
        editing::may_edit_delegate(visit, own, self.organisation_id)
    }
}

impl Item for AgendaItem {
    type Parent = Loaded;
    type New = NewAgendaItem;
    const PART: Part = part!("agenda", "visit.agenda_item", Some(100));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewAgendaItem) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewAgendaItem, before: Option<&Self>, room: &Room, stamp: Stamp<VisitId>) -> Result<Self> {
        let mut project_ids = new.project_ids.into_inner();
        let stood = before.map(|before| before.project_ids.get()).transpose()?.unwrap_or_default();
        // Who edits it leaves out what they don't see, and does not take it away; nor moves it, where all that they
        // see stays in its order.
        let (told, untold): (Vec<ProjectId>, Vec<ProjectId>) =
            stood.iter().partition(|id| room.projects.contains(id) || project_ids.contains(id));
        if told == project_ids {
            project_ids = stood;
        } else {
            project_ids.extend(untold);
        }
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.parent,
            position: new.position.map_or(1, i64::from),
            kind: new.kind,
            title: Json::new(&new.title)?,
            summary: json(new.summary)?,
            presented_by_organisation_id: new.presented_by_organisation_id,
            presents: Json::new(&new.presents.into_inner())?,
            sectors: Json::new(&new.sectors.into_inner())?,
            community_ids: Json::new(&new.community_ids.into_inner())?,
            project_ids: Json::new(&project_ids)?,
            minutes: new.minutes.map(i64::from),
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        Self { summary: None, minutes: None, ..self }
    }

    fn among(self, told: &[OrganisationId]) -> Option<Self> {
        let presenter = self.presented_by_organisation_id.filter(|one| told.contains(one));
        Some(Self { presented_by_organisation_id: presenter, ..self })
    }

    fn is_editable_by(&self, visit: &Standing, own: OrganisationId) -> bool {
        editing::may_edit_agenda(visit, own, self.kind, self.presented_by_organisation_id)
    }
}

impl Item for Discussion {
    type Parent = Loaded;
    type New = NewDiscussion;
    const PART: Part = part!("discussions", "visit.discussion", Some(100));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewDiscussion) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewDiscussion, _before: Option<&Self>, _room: &Room, stamp: Stamp<VisitId>) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.parent,
            topic: new.topic,
            summary: Json::new(&new.summary)?,
            raised_by: new.raised_by,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    fn is_editable_by(&self, _visit: &Standing, _own: OrganisationId) -> bool {
        true
    }
}

impl Item for Commitment {
    type Parent = Loaded;
    type New = NewCommitment;
    const PART: Part = part!("commitments", "commitment", Some(100));
    const PROGRESS: &'static [&'static str] = &["status", "note"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewCommitment) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewCommitment, before: Option<&Self>, _room: &Room, stamp: Stamp<VisitId>) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.parent,
            kind: new.kind,
            strength: new.strength,
            wording: json(new.wording)?,
            description: Json::new(&new.description)?,
            responsible_organisation_ids: Json::new(&new.responsible_organisation_ids.into_inner())?,
            due_on: new.due_on,
            status: new.status.unwrap_or(CommitmentStatus::Open),
            note: json(new.note)?,
            fulfilled_by: before.and_then(|before| before.fulfilled_by.clone()),
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    /// The note is the word of those responsible on how far they have come: the parties'.
    fn outside(self) -> Self {
        Self { note: None, ..self }
    }

    fn among(self, told: &[OrganisationId]) -> Option<Self> {
        let mut responsible = self.responsible_organisation_ids.get().ok()?;
        responsible.retain(|one| told.contains(one));
        Some(Self { responsible_organisation_ids: Json::new(&responsible).ok()?, ..self })
    }

    fn is_editable_by(&self, _visit: &Standing, _own: OrganisationId) -> bool {
        true
    }

    /// A promise by one of those who made it; what can't be read is nobody's.
    fn is_removable_by(&self, _visit: &Standing, own: OrganisationId) -> bool {
        let bound = || self.responsible_organisation_ids.get().unwrap_or_default();
        self.strength != Strength::Committed || bound() == [own]
    }
}
