//! What is sent about donor links.

use crate::body;
use crate::donor_links::codes::{AdvanceTo, ApprovalState};
use crate::http::decode::{At, List};
use crate::text::LocalizedText;
use crate::types::id::check_client_made;
use crate::types::{
    CalendarDate, CommitmentId, DonorId, DonorLinkId, OrganisationId, ProgrammeId, ProjectId,
};
use crate::visits::model::bodies::Version;

body! {
    /// A donor of one's own to be introduced to an organisation, or one's own purpose for it.
    pub struct NewDonorLink {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<DonorLinkId>,
        /// Which donor: one of the caller's organisation.
        pub donor_id: DonorId,
        /// To whom: an active organisation; one's own too.
        pub beneficiary_organisation_id: OrganisationId,
        /// For which project of the beneficiary; this, or a programme.
        pub project_id: Option<ProjectId>,
        /// For which programme, of which both organisations are partners.
        pub programme_id: Option<ProgrammeId>,
        /// What the beneficiary is to know.
        pub message: Option<LocalizedText>,
        /// The commitment of a visit that it fulfils.
        pub arises_from_commitment_id: Option<CommitmentId>,
    }
    where check = new_goes_together
}

fn new_goes_together(new: &NewDonorLink, at: &mut At<'_>) {
    check_client_made(new.id.map(DonorLinkId::uuid), at);
    match (new.project_id, new.programme_id) {
        (Some(_), Some(_)) => {
            at.member("programme_id", |at| at.report("not-both", "it is for a project, or for a programme"));
        }
        (None, None) => {
            at.member("project_id", |at| at.report("required", "say for which project or programme"));
        }
        _ => {}
    }
}

body! {
    /// Somebody's leave that is needed: an authority's, a bank's.
    pub struct NewApproval {
        /// Whose.
        pub authority: LocalizedText,
        /// How far it is.
        pub state: ApprovalState,
        /// Since which day; not in the future.
        pub on: Option<CalendarDate>,
    }
}

body! {
    /// What is to be done next.
    pub struct NewNextStep {
        /// What.
        pub what: LocalizedText,
        /// By when.
        pub due_on: Option<CalendarDate>,
    }
}

body! {
    /// What of a link can be changed.
    pub struct DonorLinkChanges {
        /// What the beneficiary is to know; by the introducer, while it is offered.
        pub message: Option<LocalizedText>,
        /// Whose leave is needed, and how far that is; by either, until it is over.
        pub approvals: List<NewApproval, 0, 20>,
        /// What is to be done next; by either, until it is over.
        pub next_step: Option<NewNextStep>,
    }
}

body! {
    /// Why, perhaps.
    pub struct DeclineLink {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: Option<LocalizedText>,
    }
}

body! {
    /// Why it comes to nothing more.
    pub struct EndLink {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: LocalizedText,
    }
}

body! {
    /// How far they are.
    pub struct AdvanceLink {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// To which stage.
        pub to: AdvanceTo,
    }
}
