//! What waits: as it is answered, and as a source finds it.

use uuid::Uuid;

use super::codes::{InboxAction, InboxType};
use crate::http::cursor::Cursor;
use crate::text::{LocalizedText, Name};
use crate::types::{
    AnyId, CalendarDate, DonorLinkId, Instant, Json, OrganisationId, ProgrammeId, RegistrationId,
    TimeZoneName,
};
use crate::view;

view! {
    /// Something that waits for an organisation.
    pub struct InboxItem {
        /// What is to be done.
        pub action: InboxAction,
        /// To what kind of thing.
        pub r#type: InboxType,
        /// To which.
        pub id: AnyId,
        /// Where that is done: the path to be posted to, of a commitment its own.
        pub href: String,
        /// The same in words, in Arabic and English.
        pub sentence: LocalizedText,
        /// Whether the day is over by which it is due, in the network's time zone.
        pub overdue: bool,
        /// That day; null for what may be done at any time.
        pub due_on: Option<CalendarDate>,
    }
}

impl InboxItem {
    /// Its place in the list.
    pub fn place_in_list(&self) -> Cursor {
        place(self.due_on, self.id.0)
    }
}

/// For whom something is looked for, and when.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The organisation.
    pub organisation: OrganisationId,
    /// At this moment.
    pub now: Instant,
    /// Whether the caller may read programmes for it.
    pub programmes: bool,
    /// Whether they may read registration dossiers for it.
    pub registrations: bool,
    /// Whether they may read donors and their links for it.
    pub donors: bool,
    /// Whether they may read access tokens for it.
    pub tokens: bool,
    /// For how many days an access token works whose owner has left.
    pub orphaned_token_days: u32,
    /// In the network's time zone.
    pub zone: TimeZoneName,
}

impl Asked {
    /// The day that it is.
    pub fn today(&self) -> CalendarDate {
        self.zone.today_in_zone(self.now)
    }
}

/// Something that waits, as its source finds it. One thing waits once: what is to be done with it first.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// What is to be done.
    pub action: InboxAction,
    /// To which thing; its kind is the matter's.
    pub id: Uuid,
    /// By when; none for what may be done at any time.
    pub due_on: Option<CalendarDate>,
    /// What it is about: what the sentence needs.
    pub matter: Matter,
}

impl Waiting {
    /// Its place in the list.
    pub fn place_in_list(&self) -> Cursor {
        place(self.due_on, self.id)
    }

    /// The path by which it is answered.
    pub fn href(&self) -> String {
        match self.matter {
            Matter::Visit(..) => format!("/v1/visits/{}/{}", self.id, self.action),
            Matter::Commitment(..) => format!("/v1/commitments/{}", self.id),
            Matter::Programme(..) => format!("/v1/programmes/{}/{}", self.id, self.action),
            Matter::Contribution(Given { programme, .. }, _) => {
                format!("/v1/programmes/{programme}/contributions/{}/{}", self.id, self.action)
            }
            Matter::Introduction(_, Introduction::Step(..)) => format!("/v1/donor-links/{}", self.id),
            Matter::Introduction(..) => format!("/v1/donor-links/{}/{}", self.id, self.action),
            Matter::Disbursement(Came { link, .. }) => {
                format!("/v1/donor-links/{link}/disbursements/{}/{}", self.id, self.action)
            }
            Matter::Registration(..) => format!("/v1/registrations/{}/{}", self.id, self.action),
            Matter::AccessToken(..) => format!("/v1/access-tokens/{}/{}", self.id, self.action),
            Matter::Obligation(Owed { registration, .. }, _) => {
                format!("/v1/registrations/{registration}/obligations/{}/{}", self.id, self.action)
            }
        }
    }
}

/// The place of something in the list: by day, then id; after all that has a day, what has none.
fn place(due_on: Option<CalendarDate>, id: Uuid) -> Cursor {
    due_on.map_or(Cursor { created_at: i64::MAX, id }, |day| Cursor::of_day(day, id))
}

/// What something that waits is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Matter {
    /// A visit, and where it stands.
    Visit(Trip, Stage),
    /// A commitment: what it is, and by when it is due.
    Commitment(Json<LocalizedText>, CalendarDate),
    /// A programme: what it is called, and what is asked.
    Programme(Json<Name>, Ask),
    /// A contribution to a programme, and what the programme is called.
    Contribution(Given, Json<Name>),
    /// A donor link: with which organisation, and what is asked.
    Introduction(OrganisationId, Introduction),
    /// What came through one.
    Disbursement(Came),
    /// A registration: with which authority, and the last day for which it is good.
    Registration(Json<Name>, CalendarDate),
    /// An obligation that follows from one, and to which authority.
    Obligation(Owed, Json<Name>),
    /// An access token.
    AccessToken(Token),
}

/// An access token that does not work for long any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What its admins call it.
    pub name: String,
    /// Whether who answered for it has left.
    pub orphaned: bool,
    /// Until which day it works.
    pub until: CalendarDate,
}

impl Matter {
    /// What kind of thing it is about.
    pub fn kind(&self) -> InboxType {
        match self {
            Self::Visit(..) => InboxType::Visit,
            Self::Commitment(..) => InboxType::Commitment,
            Self::Programme(..) => InboxType::Programme,
            Self::Contribution(..) => InboxType::Contribution,
            Self::Introduction(..) => InboxType::DonorLink,
            Self::Disbursement(..) => InboxType::Disbursement,
            Self::Registration(..) => InboxType::Registration,
            Self::Obligation(..) => InboxType::Obligation,
            Self::AccessToken(..) => InboxType::AccessToken,
        }
    }

    /// The organisation that its sentence names.
    pub fn names(&self) -> Option<OrganisationId> {
        match self {
            Self::Visit(trip, _) => Some(trip.first),
            Self::Contribution(given, _) => Some(given.by),
            Self::Introduction(with, _) => Some(*with),
            Self::Disbursement(came) => Some(came.by),
            Self::Commitment(..)
            | Self::Programme(..)
            | Self::Registration(..)
            | Self::Obligation(..)
            | Self::AccessToken(..) => None,
        }
    }
}

/// What a programme asks of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Its signature under the terms.
    Terms {
        /// Since when they are to be signed.
        since: CalendarDate,
    },
    /// Its signature under an amendment.
    Amendment {
        /// Since when that is to be signed.
        since: CalendarDate,
    },
    /// Its signature under the removal of a partner.
    Removal {
        /// Until when that is announced.
        until: CalendarDate,
    },
    /// To take the lead.
    Lead,
}

/// What was pledged to a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// To which.
    pub programme: ProgrammeId,
    /// By whom.
    pub by: OrganisationId,
    /// When.
    pub on: CalendarDate,
}

/// What a donor link asks of an organisation.
#[derive(Debug, Clone, PartialEq)]
pub enum Introduction {
    /// To answer the offer: for what, and whether that is a project.
    Offered(Json<Name>, bool),
    /// To introduce the donor who was accepted.
    Accepted,
    /// To do what is next: what, by when, and whether the donor is the organisation's own for its own purpose.
    Step(LocalizedText, CalendarDate, bool),
}

/// What came through a donor link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    /// Through which.
    pub link: DonorLinkId,
    /// To whom.
    pub by: OrganisationId,
    /// When.
    pub on: CalendarDate,
}

/// What is owed to an authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Owed {
    /// By which dossier.
    pub registration: RegistrationId,
    /// What it is.
    pub what: Json<Name>,
    /// By when.
    pub due_on: CalendarDate,
}

/// A visit, from one side of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trip {
    /// Whether one's own side receives.
    pub receives: bool,
    /// The organisation of the other side that is named.
    pub first: OrganisationId,
    /// How many more there are on that side.
    pub others: u64,
}

/// Where a visit stands, for who has to do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The other side asks for it.
    AskedFor {
        /// Its first day.
        on: CalendarDate,
    },
    /// It is to be answered, whoever asks: one's own side, or nobody in particular after a change.
    Unanswered {
        /// Its first day.
        on: CalendarDate,
    },
    /// It is to be answered, and was recorded as held meanwhile.
    HeldUnanswered {
        /// The day it was held.
        on: CalendarDate,
    },
    /// Its day has come.
    Come,
    /// It was held, and has no report.
    Unreported {
        /// The day it was held.
        on: CalendarDate,
    },
    /// Its report waits for this organisation.
    Unapproved {
        /// Since when.
        since: CalendarDate,
    },
    /// Its report waits for others, too long.
    Silent {
        /// Since when.
        since: CalendarDate,
    },
    /// It was concluded over this organisation's silence on its report.
    ConcludedUnapproved,
}

/// An organisation as a sentence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// What it is called.
    pub name: Name,
    /// Whether what agrees with it is masculine.
    pub masculine: bool,
}
