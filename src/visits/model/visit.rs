//! A visit as answered, as listed and as stored.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::items::{AgendaItem, Delegate, Discussion};
use super::party::ViewParty;
use super::schedule::Schedule;
use crate::commitments::model::Commitment;
use crate::db::schema::visits;
use crate::http::cursor::Cursor;
use crate::text::{LocalizedText, Name};
use crate::types::{
    CalendarDate, CommitmentId, CommunityId, DelegateId, Instant, Json, OrganisationId, Place, TimeZoneName,
    VisitId,
};
use crate::view;
use crate::visits::codes::{Purpose, ReasonCode, Side, VisitAction, VisitState, VisitVisibility};
use crate::visits::rules::due::Days;

view! {
    /// Why the visit was last declined, moved or called off.
    pub struct LastReason, kept {
        /// What was done.
        pub action: VisitAction,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
        /// Why, by code.
        pub reason_code: Option<ReasonCode>,
        /// By which party.
        pub organisation_id: OrganisationId,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// A side's words at the close.
    pub struct ClosingNoteView, kept {
        /// Which side.
        pub side: Side,
        /// Its words.
        pub text: LocalizedText,
    }
}

view! {
    /// What is put to the parties for approval once the visit was held; a draft of it until it is submitted.
    pub struct Report, kept {
        /// What happened.
        pub summary: LocalizedText,
        /// The sides' words at the close.
        pub closing_notes: Vec<ClosingNoteView>,
        /// Who is to see it once every party has approved that.
        pub visibility: VisitVisibility,
        /// Which party submitted it last; null for a draft.
        pub submitted_by_organisation_id: Option<OrganisationId>,
        /// When; null for a draft.
        pub submitted_at: Option<Instant>,
    }
}

view! {
    /// That somebody was reminded of a report that waits for their approval.
    pub struct Reminder, kept {
        /// When.
        pub at: Instant,
        /// Which parties.
        pub organisation_ids: Vec<OrganisationId>,
    }
}

/// Declares the visit as answered and as listed: the same members, the first with the record.
macro_rules! visit_views {
    ($($(#[doc = $doc:literal])* $(#[names = $named:literal])? $member:ident: $type:ty,)*) => {
        view! {
            /// A visit with its record. Others than its parties see it once it is concluded and every party approved
            /// that: then without answers, attendance, affiliations, contacts and the report's own text (null), its
            /// place ending at the locality, a delegate's name only with that person's consent.
            pub struct Visit {
                $($(#[doc = $doc])* $(#[names = $named])? pub $member: $type,)*
                /// Who came and who received.
                pub delegates: Vec<Delegate>,
                /// What was planned, in order.
                pub agenda: Vec<AgendaItem>,
                /// What was talked about.
                pub discussions: Vec<Discussion>,
                /// What was agreed, from talk to promise.
                pub commitments: Vec<Commitment>,
                /// The report, or its draft; null until there is one.
                pub report: Option<Json<Report>>,
                /// Who was reminded of the report that waits for their approval; empty beyond the parties.
                pub reminders: Json<Vec<Reminder>>,
            }
        }

        view! {
            /// A visit in a list: without delegates, agenda, discussions, commitments and report.
            pub struct ListedVisit { $($(#[doc = $doc])* $(#[names = $named])? pub $member: $type,)* }
        }

        impl ListedVisit {
            /// The whole visit: with its record.
            pub fn with(
                self,
                record: Record,
                report: Option<Json<Report>>,
                reminders: Json<Vec<Reminder>>,
            ) -> Visit {
                Visit {
                    $($member: self.$member,)*
                    delegates: record.delegates,
                    agenda: record.agenda,
                    discussions: record.discussions,
                    commitments: record.commitments,
                    report,
                    reminders,
                }
            }
        }
    };
}

visit_views! {
    /// Its id.
    id: VisitId,
    /// Raised by every change, of its record too.
    version: i64,
    /// Where it stands.
    state: VisitState,
    /// Who may see it, in effect.
    visibility: VisitVisibility,
    /// Why it was last declined, moved or called off.
    last_reason: Option<Json<LastReason>>,
    /// What the caller may do now.
    allowed_actions: Vec<VisitAction>,
    /// What it is called.
    title: Option<Json<Name>>,
    /// What it is about.
    summary: Option<Json<LocalizedText>>,
    /// What it is for.
    purposes: Json<Vec<Purpose>>,
    /// When it is to take place.
    schedule: Schedule,
    /// When it took place.
    held_on: Option<CalendarDate>,
    /// Where.
    place: Option<Json<Place>>,
    /// Which communities it concerns.
    community_ids: Json<Vec<CommunityId>>,
    /// The visit that it returns; null for a caller who may not see that one.
    #[names = "visit"]
    returns_visit_id: Option<VisitId>,
    /// The commitment that it fulfils; null for a caller who may not see that.
    #[names = "commitment"]
    arises_from_commitment_id: Option<CommitmentId>,
    /// Who comes and who receives.
    parties: Vec<ViewParty>,
    /// Who drew it up.
    created_by_organisation_id: OrganisationId,
    /// When it was drawn up.
    created_at: Instant,
    /// When it was last changed.
    updated_at: Instant,
}

impl ListedVisit {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// A delegate of whom it was said that they were there, when it was recorded that the visit took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// Which.
    pub delegate_id: DelegateId,
    /// What was said of their attendance before.
    pub attended: Option<bool>,
}

/// What is recorded of a visit, item by item.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Who came and who received.
    pub delegates: Vec<Delegate>,
    /// What was planned.
    pub agenda: Vec<AgendaItem>,
    /// What was talked about.
    pub discussions: Vec<Discussion>,
    /// What was agreed.
    pub commitments: Vec<Commitment>,
}

/// A row of the table. As JSON, which the journal keeps: under the names of the public members.
#[derive(Debug, Clone, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = visits, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct VisitRow {
    pub id: VisitId,
    pub state: VisitState,
    pub visibility: VisitVisibility,
    pub title: Option<Json<Name>>,
    pub summary: Option<Json<LocalizedText>>,
    pub purposes: Json<Vec<Purpose>>,
    #[serde(skip)]
    pub starts_on: CalendarDate,
    #[serde(skip)]
    pub ends_on: Option<CalendarDate>,
    #[serde(skip)]
    pub start_time: Option<String>,
    #[serde(skip)]
    pub end_time: Option<String>,
    #[serde(skip)]
    pub time_zone: String,
    pub held_on: Option<CalendarDate>,
    #[serde(skip)]
    pub held_by_organisation_id: Option<OrganisationId>,
    #[serde(skip)]
    pub held_from: Option<VisitState>,
    #[serde(skip)]
    pub held_at: Option<Instant>,
    /// Of whom it was said then that they were there; none of a record from before that was remembered.
    #[serde(skip)]
    pub held_marked: Option<Json<Vec<Marked>>>,
    pub place: Option<Json<Place>>,
    pub community_ids: Json<Vec<CommunityId>>,
    pub returns_visit_id: Option<VisitId>,
    pub arises_from_commitment_id: Option<CommitmentId>,
    pub last_reason: Option<Json<LastReason>>,
    pub report: Option<Json<Report>>,
    #[serde(skip)]
    pub asked_at: Option<Instant>,
    pub reminders: Json<Vec<Reminder>>,
    #[serde(skip)]
    pub remind_at: Option<Instant>,
    #[serde(skip)]
    pub folded: String,
    pub created_by_organisation_id: OrganisationId,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl VisitRow {
    /// The day that it is, in its zone, at a moment.
    pub fn day_of(&self, moment: Instant) -> CalendarDate {
        // A stored zone was checked; should one ever be dropped from the list, UTC stands in.
        let zone = self.time_zone.parse::<TimeZoneName>().or_else(|_| "UTC".parse::<TimeZoneName>());
        zone.map_or(self.starts_on, |zone| zone.today_in_zone(moment))
    }

    /// Since when approvals are waited for; of a report from before that was remembered, since its last change.
    pub fn waits_since(&self) -> Instant {
        self.asked_at.unwrap_or(self.updated_at)
    }

    /// What has happened when; `asked_on` is the day since which approvals are waited for.
    pub fn days(&self, asked_on: CalendarDate) -> Days {
        Days {
            starts_on: self.starts_on,
            ends_on: self.ends_on.unwrap_or(self.starts_on),
            held_on: self.held_on.unwrap_or(self.starts_on),
            asked_on,
        }
    }

    /// When it is to take place.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            date: self.starts_on,
            end_date: self.ends_on,
            start_time: self.start_time.clone(),
            end_time: self.end_time.clone(),
            time_zone: self.time_zone.clone(),
            weekday: self.starts_on.weekday(),
        }
    }
}
