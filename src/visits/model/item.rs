//! What delegates, agenda items, discussions and commitments have in common.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::items::{
    AgendaItem, Delegate, Discussion, NewAgendaItem, NewDelegate, NewDiscussion, PublicNameConsent,
};
use crate::commitments::codes::CommitmentStatus;
use crate::commitments::model::{Commitment, NewCommitment};
use crate::http::cursor::Cursor;
use crate::http::decode::{Decode, Members};
use crate::http::problem::Result;
use crate::types::{Instant, Json, OrganisationId, VisitId};
use crate::visits::codes::DelegateKind;
use crate::visits::rules::{Standing, editing};

/// One of the four lists of a visit's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The member of the visit, and the path's segment.
    pub name: &'static str,
    /// What the journal calls an item.
    pub kind: &'static str,
    /// What the journal calls adding, changing and removing one.
    pub actions: [&'static str; 3],
    /// How many a visit may have.
    pub most: usize,
}

/// What an item gets besides its content.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// Its id.
    pub id: Uuid,
    /// Its visit.
    pub visit: VisitId,
    /// Its version.
    pub version: i64,
    /// When it was added.
    pub created_at: Instant,
    /// When it is written.
    pub updated_at: Instant,
}

/// An item of a visit's record.
pub trait Item: Clone + std::fmt::Debug + Serialize + ToSchema + Send + Sync + 'static {
    /// What is sent to add or change one.
    type New: Decode + Members + Clone + Send + Sync + 'static;
    /// Its list.
    const PART: Part;

    /// Its id, version and the instant of its adding.
    fn key(&self) -> (Uuid, i64, Instant);
    /// The id that a client chose.
    fn chosen(new: &Self::New) -> Option<Uuid>;
    /// The item of what was sent; `before` is what it was.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    fn make(new: Self::New, before: Option<&Self>, stamp: Stamp) -> Result<Self>;
    /// What those see who are no party.
    #[must_use]
    fn outside(self) -> Self;
    /// Whether this party may edit or remove it.
    fn is_editable_by(&self, visit: &Standing, own: OrganisationId) -> bool;

    /// The members that tell how far it has come, and may change after all else is closed.
    const PROGRESS: &'static [&'static str] = &[];

    /// Its place in lists.
    fn place_in_list(&self) -> Cursor {
        let (id, _, created_at) = self.key();
        Cursor { created_at: created_at.micros(), id }
    }
}

fn json<T: Serialize>(value: Option<T>) -> Result<Option<Json<T>>> {
    value.as_ref().map(Json::new).transpose()
}

impl Item for Delegate {
    type New = NewDelegate;
    const PART: Part = Part {
        name: "delegates",
        kind: "visit.delegate",
        actions: ["visit.delegate.created", "visit.delegate.changed", "visit.delegate.deleted"],
        most: 200,
    };

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewDelegate) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewDelegate, _before: Option<&Self>, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.visit,
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

    fn is_editable_by(&self, visit: &Standing, own: OrganisationId) -> bool {
        editing::may_edit_delegate(visit, own, self.organisation_id)
    }
}

impl Item for AgendaItem {
    type New = NewAgendaItem;
    const PART: Part = Part {
        name: "agenda",
        kind: "visit.agenda_item",
        actions: ["visit.agenda_item.created", "visit.agenda_item.changed", "visit.agenda_item.deleted"],
        most: 100,
    };

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewAgendaItem) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewAgendaItem, _before: Option<&Self>, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.visit,
            position: new.position.map_or(1, i64::from),
            kind: new.kind,
            title: Json::new(&new.title)?,
            summary: json(new.summary)?,
            presented_by_organisation_id: new.presented_by_organisation_id,
            presents: Json::new(&new.presents.into_inner())?,
            sectors: Json::new(&new.sectors.into_inner())?,
            community_ids: Json::new(&new.community_ids.into_inner())?,
            project_ids: Json::new(&new.project_ids.into_inner())?,
            minutes: new.minutes.map(i64::from),
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        let project_ids = Json::new(&Vec::new()).unwrap_or(self.project_ids);
        Self { summary: None, minutes: None, project_ids, ..self }
    }

    fn is_editable_by(&self, visit: &Standing, own: OrganisationId) -> bool {
        editing::may_edit_agenda(visit, own, self.kind, self.presented_by_organisation_id)
    }
}

impl Item for Discussion {
    type New = NewDiscussion;
    const PART: Part = Part {
        name: "discussions",
        kind: "visit.discussion",
        actions: ["visit.discussion.created", "visit.discussion.changed", "visit.discussion.deleted"],
        most: 100,
    };

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewDiscussion) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewDiscussion, _before: Option<&Self>, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.visit,
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
    type New = NewCommitment;
    const PART: Part = Part {
        name: "commitments",
        kind: "commitment",
        actions: ["commitment.created", "commitment.changed", "commitment.deleted"],
        most: 100,
    };
    const PROGRESS: &'static [&'static str] = &["status", "note"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewCommitment) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewCommitment, before: Option<&Self>, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            visit_id: stamp.visit,
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

    fn outside(self) -> Self {
        self
    }

    fn is_editable_by(&self, _visit: &Standing, _own: OrganisationId) -> bool {
        true
    }
}
