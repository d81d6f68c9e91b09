//! What is sent to make, change and move a visit.

use std::collections::HashSet;
use std::ops::Deref;

use super::items::{NewAgendaItem, NewDelegate, NewDiscussion};
use super::schedule::NewSchedule;
use crate::body;
use crate::commitments::model::NewCommitment;
use crate::http::decode::{At, Int, List, no_twice};
use crate::text::{LocalizedText, Name};
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, CommitmentId, CommunityId, DelegateId, OrganisationId, Place, VisitId};
use crate::visits::codes::{Purpose, ReasonCode, Side, VisitVisibility};

/// Hosts of one visit at the most.
pub const MOST_HOSTS: usize = 3;
/// Visitors of one visit at the most.
pub const MOST_VISITORS: usize = 10;

body! {
    /// An organisation and its side.
    pub struct NewParty {
        /// Which organisation.
        pub organisation_id: OrganisationId,
        /// Whether it comes or receives.
        pub side: Side,
    }
}

/// The parties of a visit: one to three hosts and one to ten visitors.
pub type Parties = List<NewParty, 2, 13>;

body! {
    /// A visit to be drawn up. The caller's organisation is one of its parties.
    pub struct NewVisit {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<VisitId>,
        /// What it is called.
        pub title: Option<Name>,
        /// What it is about.
        pub summary: Option<LocalizedText>,
        /// What it is for.
        pub purposes: List<Purpose, 1, 7>,
        /// When it is to take place.
        pub schedule: NewSchedule,
        /// Where.
        pub place: Option<Place>,
        /// Which communities it concerns.
        pub community_ids: List<CommunityId, 0, 50>,
        /// The visit that it returns.
        pub returns_visit_id: Option<VisitId>,
        /// The commitment that it fulfils.
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// Who comes (1 to 10) and who receives (1 to 3).
        pub parties: Parties,
        /// Who is to come and to receive.
        pub delegates: List<NewDelegate, 0, 200>,
        /// What is planned.
        pub agenda: List<NewAgendaItem, 0, 100>,
        /// What was talked about.
        pub discussions: List<NewDiscussion, 0, 100>,
        /// What was agreed.
        pub commitments: List<NewCommitment, 0, 100>,
    }
    where check = new_goes_together
}

body! {
    /// What of a visit may be changed: everything in a draft; later title, summary, purposes, place and
    /// communities, which puts the other parties back to pending.
    pub struct VisitChanges {
        /// What it is called.
        pub title: Option<Name>,
        /// What it is about.
        pub summary: Option<LocalizedText>,
        /// What it is for.
        pub purposes: List<Purpose, 1, 7>,
        /// When it is to take place; replaced whole, and once proposed only by `reschedule`.
        pub schedule: NewSchedule,
        /// Where.
        pub place: Option<Place>,
        /// Which communities it concerns.
        pub community_ids: List<CommunityId, 0, 50>,
        /// The visit that it returns.
        pub returns_visit_id: Option<VisitId>,
        /// The commitment that it fulfils.
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// Who comes and who receives.
        pub parties: Parties,
    }
    where check = changes_go_together
}

fn new_goes_together(new: &NewVisit, at: &mut At<'_>) {
    check_client_made(new.id.map(VisitId::uuid), at);
    check_parties(&new.parties, at);
    no_twice(&new.purposes, "purposes", at);
    no_twice(&new.community_ids, "community_ids", at);
    check_ids((&new.delegates, &new.agenda, &new.discussions, &new.commitments), at);
}

fn record_goes_together(record: &RecordChanges, at: &mut At<'_>) {
    fn given<T>(list: &Option<impl Deref<Target = Vec<T>>>) -> &[T] {
        list.as_ref().map_or(&[], |list| list.as_slice())
    }
    let lists = (
        given(&record.delegates),
        given(&record.agenda),
        given(&record.discussions),
        given(&record.commitments),
    );
    check_ids(lists, at);
}

type Items<'a> = (&'a [NewDelegate], &'a [NewAgendaItem], &'a [NewDiscussion], &'a [NewCommitment]);

/// No two items have the same id.
fn check_ids((delegates, agenda, discussions, commitments): Items<'_>, at: &mut At<'_>) {
    let mut ids = HashSet::new();
    let mut own = |list: &str, chosen: Vec<Option<uuid::Uuid>>, at: &mut At<'_>| {
        for (i, id) in chosen.into_iter().enumerate() {
            if id.is_some_and(|id| !ids.insert(id)) {
                let twice = |at: &mut At<'_>| at.report("duplicate-value", "this id is given twice");
                at.member(list, |at| at.index(i, |at| at.member("id", twice)));
            }
        }
    };
    own("delegates", delegates.iter().map(|item| item.id.map(|id| id.0)).collect(), at);
    own("agenda", agenda.iter().map(|item| item.id.map(|id| id.0)).collect(), at);
    own("discussions", discussions.iter().map(|item| item.id.map(|id| id.0)).collect(), at);
    own("commitments", commitments.iter().map(|item| item.id.map(|id| id.0)).collect(), at);
}

fn changes_go_together(changes: &VisitChanges, at: &mut At<'_>) {
    check_parties(&changes.parties, at);
    no_twice(&changes.purposes, "purposes", at);
    no_twice(&changes.community_ids, "community_ids", at);
}

fn check_parties(parties: &Parties, at: &mut At<'_>) {
    at.member("parties", |at| {
        let mut seen = HashSet::new();
        for (i, party) in parties.iter().enumerate() {
            if !seen.insert(party.organisation_id) {
                let twice = |at: &mut At<'_>| at.report("duplicate-value", "is a party already");
                at.index(i, |at| at.member("organisation_id", twice));
            }
        }
        for (side, most) in [(Side::Host, MOST_HOSTS), (Side::Visitor, MOST_VISITORS)] {
            match parties.iter().filter(|party| party.side == side).count() {
                0 => at.report("too-few", format!("needs one {side} or more")),
                count if count > most => {
                    at.report("too-many", format!("has {count} of side {side}; {most} are taken"));
                }
                _ => {}
            }
        }
    });
}

impl NewVisit {
    /// What a visit holds itself, without its record and what only its making asks.
    pub fn details(&self) -> VisitChanges {
        VisitChanges {
            title: self.title.clone(),
            summary: self.summary.clone(),
            purposes: self.purposes.clone(),
            schedule: self.schedule.clone(),
            place: self.place.clone(),
            community_ids: self.community_ids.clone(),
            returns_visit_id: self.returns_visit_id,
            arises_from_commitment_id: self.arises_from_commitment_id,
            parties: self.parties.clone(),
        }
    }
}

/// A version as a body names it.
pub type Version = Int<1, { i64::MAX }>;

body! {
    /// The version that the person saw.
    pub struct SeenVersion {
        /// Of the visit; or send it as `If-Match`.
        pub version: Option<Version>,
    }
}

body! {
    /// Why.
    pub struct WithReason {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: Option<LocalizedText>,
        /// By code.
        pub reason_code: Option<ReasonCode>,
    }
}

body! {
    /// Another date, and why.
    pub struct Reschedule {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// The new schedule, whole.
        pub schedule: NewSchedule,
        /// In words.
        pub reason: Option<LocalizedText>,
        /// By code.
        pub reason_code: Option<ReasonCode>,
    }
}

body! {
    /// That it took place. Told again it changes nothing; another day, or a delegate who was not named: 409
    /// `state-conflict`.
    pub struct Hold {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// On which day; by default the one it was planned for.
        pub held_on: Option<CalendarDate>,
        /// Which delegates were there; what is recorded of the others stays.
        pub attended: List<DelegateId, 0, 200>,
    }
}

body! {
    /// Why it is taken back.
    pub struct UndoHold {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: Option<LocalizedText>,
    }
}

body! {
    /// Why a report is sent back, or objected to.
    pub struct GivenReason {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: LocalizedText,
    }
}

body! {
    /// A side's words at the close.
    pub struct ClosingNote {
        /// Which side.
        pub side: Side,
        /// Its words.
        pub text: LocalizedText,
    }
}

/// The sides' words at the close.
pub type ClosingNotes = List<ClosingNote, 0, 20>;

body! {
    /// The report that is put to the parties. What is not given is taken from its draft.
    pub struct SubmitReport {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// What happened; required where the draft has none.
        pub summary: Option<LocalizedText>,
        /// The sides' words at the close.
        pub closing_notes: Option<ClosingNotes>,
        /// Who is to see it once every party has approved that; the parties by default.
        pub visibility: Option<VisitVisibility>,
    }
}

body! {
    /// The draft of a report.
    pub struct ReportDraft {
        /// What happened.
        pub summary: LocalizedText,
        /// The sides' words at the close.
        pub closing_notes: ClosingNotes,
        /// Who is to see it once every party has approved that; the parties by default.
        pub visibility: Option<VisitVisibility>,
    }
}

body! {
    /// The record of a visit. A list that is given is the whole list: items whose `id` is there are kept or
    /// changed, those missing are removed; one that is not given is left as it is.
    pub struct RecordChanges {
        /// Who came and who received.
        pub delegates: Option<List<NewDelegate, 0, 200>>,
        /// What was planned.
        pub agenda: Option<List<NewAgendaItem, 0, 100>>,
        /// What was talked about.
        pub discussions: Option<List<NewDiscussion, 0, 100>>,
        /// What was agreed.
        pub commitments: Option<List<NewCommitment, 0, 100>>,
        /// The report's draft; once submitted, the report.
        pub report: Option<ReportDraft>,
    }
    where check = record_goes_together
}
