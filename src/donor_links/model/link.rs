//! A donor link as answered and as stored.

use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::donor_links;
use crate::donor_links::codes::{ApprovalState, LinkAction, LinkStage};
use crate::http::cursor::Cursor;
use crate::text::{LocalizedText, Name};
use crate::types::{
    CalendarDate, CommitmentId, DonorId, DonorLinkId, Instant, Json, OrganisationId, ProgrammeId, ProjectId,
};
use crate::view;

view! {
    /// What was last done to the link, by whom, and why.
    pub struct LastReason, kept {
        /// What was done.
        pub action: LinkAction,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
        /// By which organisation.
        pub organisation_id: OrganisationId,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// Somebody's leave that is needed.
    pub struct Approval, kept {
        /// Whose.
        pub authority: LocalizedText,
        /// How far it is.
        pub state: ApprovalState,
        /// Since which day.
        pub on: Option<CalendarDate>,
    }
}

view! {
    /// What is to be done next.
    pub struct NextStep, kept {
        /// What.
        pub what: LocalizedText,
        /// By when.
        pub due_on: Option<CalendarDate>,
    }
}

view! {
    /// A donor introduced to an organisation for a purpose. Only these two organisations see it.
    pub struct DonorLink {
        /// Its id.
        pub id: DonorLinkId,
        /// Raised by every change of the link itself; what is pledged and received raises it where it moves the stage.
        pub version: i64,
        /// Where it stands.
        pub stage: LinkStage,
        /// What the caller may do now.
        pub allowed_actions: Vec<LinkAction>,
        /// What was last done to it, by whom, and why.
        pub last_reason: Option<Json<LastReason>>,
        /// Why it was declined or ended.
        pub reason: Option<LocalizedText>,
        /// Which donor.
        pub donor_id: DonorId,
        /// What the donor is called: told to the organisation whose donor it is, and of one that the network sees to the
        /// beneficiary too; of any other the beneficiary reads it with the contact. Null in an answer given once more.
        pub donor_name: Option<Name>,
        /// Whose donor it is.
        pub introduced_by_organisation_id: OrganisationId,
        /// To whom the donor is introduced.
        pub beneficiary_organisation_id: OrganisationId,
        /// For which project; null where it is for a programme.
        pub project_id: Option<ProjectId>,
        /// For which programme; null where it is for a project.
        pub programme_id: Option<ProgrammeId>,
        /// What the beneficiary is to know.
        pub message: Option<Json<LocalizedText>>,
        /// Whose leave is needed, and how far that is.
        pub approvals: Json<Vec<Approval>>,
        /// What is to be done next.
        pub next_step: Option<Json<NextStep>>,
        /// Since when the beneficiary may read the donor's contact, once they are introduced; null where it may not.
        pub granted_at: Option<Instant>,
        /// When the beneficiary last read it; told to the organisation whose donor it is alone.
        pub contact_last_read_at: Option<Instant>,
        /// The commitment that it fulfils; null for who may not see that.
        #[names = "commitment"]
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// When it was offered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl DonorLink {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// A row of the table, and what the journal keeps of a link.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = donor_links, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct LinkRow {
    pub id: DonorLinkId,
    pub donor_id: DonorId,
    pub introduced_by_organisation_id: OrganisationId,
    pub beneficiary_organisation_id: OrganisationId,
    pub project_id: Option<ProjectId>,
    pub programme_id: Option<ProgrammeId>,
    pub stage: LinkStage,
    #[serde(skip)]
    pub talks_stage: Option<LinkStage>,
    pub message: Option<Json<LocalizedText>>,
    pub approvals: Json<Vec<Approval>>,
    pub next_step: Option<Json<NextStep>>,
    /// By when that is to be done; null where the link is over. For the inbox: the journal has it in `next_step`.
    #[serde(skip)]
    pub next_step_due_on: Option<CalendarDate>,
    pub last_reason: Option<Json<LastReason>>,
    pub granted_at: Option<Instant>,
    pub arises_from_commitment_id: Option<CommitmentId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}
