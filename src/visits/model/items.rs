//! What is recorded of a visit: delegates, agenda, discussions.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};

use crate::db::schema::{visit_agenda_items, visit_delegates, visit_discussions};
use crate::http::decode::{At, Components, Decode, Described, Int, List, Text, Value, no_twice, reference};
use crate::text::{LocalizedText, Name};
use crate::types::id::check_client_made;
use crate::types::{
    AgendaItemId, CalendarDate, CommunityId, DelegateId, DiscussionId, Instant, Json, MemberId,
    OrganisationId, ProjectId, Sector, VisitId,
};
use crate::visits::codes::{AgendaKind, DelegateKind, Presents, Side, Topic};
use crate::{body, view};

body! {
    /// A person's consent that their name be shown beyond the parties.
    pub struct ConsentGiven {
        /// When it was given.
        pub given_on: CalendarDate,
        /// How: by word, in writing …
        pub how: Text<1, 500>,
    }
}

/// Whether a delegate's name may be shown beyond the parties: `false`, or when and how they said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PublicNameConsent {
    /// Given.
    Given {
        /// When.
        given_on: CalendarDate,
        /// How.
        how: String,
    },
    /// Not given.
    No(bool),
}

impl Decode for PublicNameConsent {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::Bool(false) => Some(Self::No(false)),
            Value::Object(_) => {
                let given = ConsentGiven::decode(value, at)?;
                Some(Self::Given { given_on: given.given_on, how: given.how.into_inner() })
            }
            other => {
                at.wrong_type("false, or an object with given_on and how", other);
                None
            }
        }
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(out: &mut Components) {
        ConsentGiven::components(out);
    }
}

impl utoipa::PartialSchema for PublicNameConsent {
    fn schema() -> Described {
        let no = ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false]));
        OneOfBuilder::new().item(no).item(reference("ConsentGiven")).into()
    }
}

impl utoipa::ToSchema for PublicNameConsent {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("PublicNameConsent")
    }

    fn schemas(out: &mut Components) {
        ConsentGiven::components(out);
    }
}

view! {
    /// Someone who came or received, or several under one name. For others than the parties most is null.
    pub struct Delegate in visit_delegates, written {
        /// Its id.
        pub id: DelegateId,
        /// Raised by every change.
        pub version: i64,
        /// Of which visit.
        pub visit_id: VisitId,
        /// One person or a group.
        pub kind: DelegateKind,
        /// How many the group were, where known.
        pub headcount: Option<i64>,
        /// With whom they travelled or received.
        pub organisation_id: OrganisationId,
        /// Which member of that organisation they are.
        pub member_id: Option<MemberId>,
        /// The name of the day; null once erased, and beyond the parties without consent.
        pub name: Option<Json<Name>>,
        /// What comes before the name.
        pub honorific: Option<Json<Name>>,
        /// The title of the day.
        pub title: Option<Json<Name>>,
        /// A body outside the network that they belong to.
        pub affiliation: Option<Json<Name>>,
        /// How they were introduced.
        pub introduced_as: Option<Json<LocalizedText>>,
        /// On which side they stood.
        pub side: Side,
        /// Whether they headed the delegation; null: not said.
        pub is_head: Option<bool>,
        /// Whether they were there; null: not said.
        pub attended: Option<bool>,
        /// `false`, or when and how consent to show the name was given.
        pub public_name_consent: Option<Json<PublicNameConsent>>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

body! {
    /// A delegate to be added, or changed.
    pub struct NewDelegate {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<DelegateId>,
        /// One person (the default) or a group.
        pub kind: Option<DelegateKind>,
        /// How many the group were.
        pub headcount: Option<Int<1, 100_000>>,
        /// With which party they travelled or received.
        pub organisation_id: OrganisationId,
        /// Which of one's own members they are; gives name, honorific and title where these are not given.
        pub member_id: Option<MemberId>,
        /// The name; required without a member.
        pub name: Option<Name>,
        /// What comes before the name.
        pub honorific: Option<Name>,
        /// The title.
        pub title: Option<Name>,
        /// A body outside the network that they belong to.
        pub affiliation: Option<Name>,
        /// How they were introduced.
        pub introduced_as: Option<LocalizedText>,
        /// That party's side.
        pub side: Side,
        /// Whether they headed the delegation.
        pub is_head: Option<bool>,
        /// Whether they were there.
        pub attended: Option<bool>,
        /// `false`, or when and how consent to show the name was given: told by the organisation that it names only,
        /// also while others may edit the rest (422 `not-yours`).
        pub public_name_consent: Option<PublicNameConsent>,
    }
    where check = delegate_goes_together
}

fn delegate_goes_together(new: &NewDelegate, at: &mut At<'_>) {
    check_client_made(new.id.map(DelegateId::uuid), at);
    if new.name.is_none() && new.member_id.is_none() {
        at.member("name", |at| at.report("required", "is required without member_id"));
    }
    let group = new.kind == Some(DelegateKind::Group);
    if group && new.member_id.is_some() {
        at.member("member_id", |at| at.report("not-both", "a group is no member"));
    }
    if !group && new.headcount.is_some() {
        at.member("headcount", |at| at.report("not-both", "is for groups only"));
    }
}

/// Projects of one item of the agenda at the most.
pub const MOST_PROJECTS: usize = 50;

view! {
    /// An item of the agenda.
    pub struct AgendaItem in visit_agenda_items, written {
        /// Its id.
        pub id: AgendaItemId,
        /// Raised by every change.
        pub version: i64,
        /// Of which visit.
        pub visit_id: VisitId,
        /// Its place in the agenda.
        pub position: i64,
        /// What it is.
        pub kind: AgendaKind,
        /// What it is called.
        pub title: Json<Name>,
        /// What it is about.
        pub summary: Option<Json<LocalizedText>>,
        /// Which party presents.
        pub presented_by_organisation_id: Option<OrganisationId>,
        /// What is shown.
        pub presents: Json<Vec<Presents>>,
        /// Which fields of work it is about.
        pub sectors: Json<Vec<Sector>>,
        /// Which communities it is about.
        pub community_ids: Json<Vec<CommunityId>>,
        /// Which projects it is about, of those that the caller may see.
        #[names = "project"]
        pub project_ids: Json<Vec<ProjectId>>,
        /// How long it takes.
        pub minutes: Option<i64>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

body! {
    /// An item of the agenda to be added, or changed.
    pub struct NewAgendaItem {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<AgendaItemId>,
        /// Its place in the agenda; the last where none is given.
        pub position: Option<Int<1, 10_000>>,
        /// What it is.
        pub kind: AgendaKind,
        /// What it is called.
        pub title: Name,
        /// What it is about.
        pub summary: Option<LocalizedText>,
        /// Which party presents.
        pub presented_by_organisation_id: Option<OrganisationId>,
        /// What is shown.
        pub presents: List<Presents, 0, 4>,
        /// Which fields of work it is about.
        pub sectors: List<Sector, 0, 27>,
        /// Which communities it is about.
        pub community_ids: List<CommunityId, 0, 50>,
        /// Which projects it is about: of those that one's own organisation sees. Others that stand there stay.
        pub project_ids: List<ProjectId, 0, MOST_PROJECTS>,
        /// How long it takes.
        pub minutes: Option<Int<1, 10_080>>,
    }
    where check = agenda_goes_together
}

fn agenda_goes_together(new: &NewAgendaItem, at: &mut At<'_>) {
    check_client_made(new.id.map(AgendaItemId::uuid), at);
    no_twice(&new.project_ids, "project_ids", at);
}

view! {
    /// Something that was talked about.
    pub struct Discussion in visit_discussions, written {
        /// Its id.
        pub id: DiscussionId,
        /// Raised by every change.
        pub version: i64,
        /// Of which visit.
        pub visit_id: VisitId,
        /// What it was about.
        pub topic: Topic,
        /// What was said.
        pub summary: Json<LocalizedText>,
        /// Which delegate brought it up.
        pub raised_by: Option<DelegateId>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

body! {
    /// A discussion to be added, or changed.
    pub struct NewDiscussion {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<DiscussionId>,
        /// What it was about.
        pub topic: Topic,
        /// What was said.
        pub summary: LocalizedText,
        /// Which delegate of the visit brought it up.
        pub raised_by: Option<DelegateId>,
    }
    where check = discussion_goes_together
}

fn discussion_goes_together(new: &NewDiscussion, at: &mut At<'_>) {
    check_client_made(new.id.map(DiscussionId::uuid), at);
}
