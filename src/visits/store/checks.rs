//! What of a body only the tables know: whether those that it names are there, and whose they are.

use diesel::prelude::*;

use crate::access::Sight;
use crate::commitments::codes::{CommitmentStatus, Strength};
use crate::commitments::fulfilment;
use crate::commitments::model::{Commitment, NewCommitment};
use crate::commitments::rules::may_tell_progress;
use crate::communities::store::check_exist;
use crate::db::schema::members;
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::{Checked, Findings};
use crate::organisations::store::names::active_among;
use crate::projects::store::projects::seen_by_organisation;
use crate::text::Name;
use crate::types::{CommunityId, DelegateId, Instant, Json, MemberId, OrganisationId, ProjectId, VisitId};
use crate::visits::codes::{Side, VisitState};
use crate::visits::model::items::MOST_PROJECTS;
use crate::visits::model::{
    AgendaItem, Delegate, Discussion, NewAgendaItem, NewDelegate, NewDiscussion, PublicNameConsent, Record,
    VisitChanges,
};

/// Where a body is checked: the visit that it is for, and what was found wrong.
pub struct Room {
    /// For whom the caller writes.
    pub own: OrganisationId,
    /// The parties and their sides.
    pub sides: Vec<(OrganisationId, Side)>,
    /// The delegates that discussions may name.
    pub delegates: Vec<DelegateId>,
    /// The last place in the agenda.
    pub last_position: i64,
    /// Of the projects that its agenda names, those that the own organisation sees.
    pub projects: Vec<ProjectId>,
    /// What was found wrong.
    pub errors: Vec<FieldError>,
}

impl Findings for Room {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}

impl Room {
    fn side(&self, organisation: OrganisationId) -> Option<Side> {
        self.sides.iter().find(|(party, _)| *party == organisation).map(|(_, side)| *side)
    }

    fn party(&mut self, organisation: OrganisationId, pointer: String) {
        if self.side(organisation).is_none() {
            self.report(pointer, "not-a-party", "is no party of the visit");
        }
    }

    fn communities(&mut self, db: &mut Db, ids: &[CommunityId], pointer: &str) -> Result<()> {
        self.errors.extend(check_exist(db, ids, pointer)?);
        Ok(())
    }

    /// Checks the projects that an item of the agenda names: those that the own organisation sees, and what stood
    /// before. What it does not see stays, and is not told of.
    fn projects(
        &mut self,
        db: &mut Db,
        new: &NewAgendaItem,
        before: Option<&AgendaItem>,
        pointer: &str,
    ) -> Result<()> {
        let stood = before.map(|before| before.project_ids.get()).transpose()?.unwrap_or_default();
        let mut added: Vec<ProjectId> =
            new.project_ids.iter().filter(|id| !stood.contains(id)).copied().collect();
        added.sort_unstable();
        // None of them is removed, or closed to others, before this is written.
        added.iter().try_for_each(|id| dialect::lock(db, Root::Project, id.uuid()))?;
        let named = stood.iter().chain(&added).copied().collect();
        self.projects.extend(seen_by_organisation(db, self.own, named)?);
        for (i, id) in new.project_ids.iter().enumerate() {
            if added.contains(id) && !self.projects.contains(id) {
                self.report(format!("{pointer}/{i}"), "unknown-reference", "there is no such project");
            }
        }
        let unseen = stood.iter().filter(|id| !self.projects.contains(id) && !new.project_ids.contains(id));
        let count = unseen.count() + new.project_ids.len();
        if count > MOST_PROJECTS {
            let detail = format!("{MOST_PROJECTS} are taken, those among them that are not shown to you");
            self.report(pointer.to_owned(), "too-many", &detail);
        }
        Ok(())
    }

    /// Checks a visit's own members; `parties` where they are new or changed.
    ///
    /// # Errors
    /// The engine's; what is wrong is reported.
    pub fn visit(&mut self, db: &mut Db, sight: &Sight, details: &VisitChanges, new: New) -> Result<()> {
        if new.parties {
            self.parties(db, details)?;
        }
        self.communities(db, &details.community_ids, "/community_ids")?;
        if let Some(id) = details.returns_visit_id.filter(|_| new.returns)
            && !takes_part_in(db, sight, self.own, id)?
        {
            let detail = "is no visit of this organisation's that was proposed";
            self.report("/returns_visit_id".to_owned(), "unknown-reference", detail);
        }
        if let Some(id) = details.arises_from_commitment_id.filter(|_| new.arises)
            && !fulfilment::may_arise(db, sight, self.own, id)?
        {
            let detail = "is no commitment of a visit of this organisation's";
            self.report("/arises_from_commitment_id".to_owned(), "unknown-reference", detail);
        }
        Ok(())
    }

    fn parties(&mut self, db: &mut Db, details: &VisitChanges) -> Result<()> {
        let named: Vec<OrganisationId> = details.parties.iter().map(|party| party.organisation_id).collect();
        let active = active_among(db, &named)?;
        for (i, _) in named.iter().enumerate().filter(|(_, id)| !active.contains(id)) {
            let pointer = format!("/parties/{i}/organisation_id");
            self.report(pointer, "unknown-reference", "is no active organisation of the network");
        }
        if !named.contains(&self.own) {
            let detail = "the organisation that you act for must be one of the parties";
            self.report("/parties".to_owned(), "own-organisation-missing", detail);
        }
        Ok(())
    }
}

/// Whether an organisation of the caller's sees that visit as one of its parties, and it is more than a draft.
///
/// # Errors
/// The engine's.
pub fn takes_part_in(db: &mut Db, sight: &Sight, own: OrganisationId, id: VisitId) -> Result<bool> {
    match super::visits::find(db, sight, id) {
        Ok(visit) => Ok(visit.row.state != VisitState::Draft && visit.remaining().contains(&own)),
        Err(problem) if problem.code() == Code::NotFound => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// Which members of a visit are new or changed, and so to be checked.
#[derive(Debug, Clone, Copy)]
pub struct New {
    /// The parties.
    pub parties: bool,
    /// The visit that it returns.
    pub returns: bool,
    /// The commitment that it fulfils.
    pub arises: bool,
}

type Known = (Json<Name>, Option<Json<Name>>, Option<Json<Name>>, Option<Instant>);

impl Checked for Delegate {
    fn check(
        new: &mut NewDelegate,
        before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        match room.side(new.organisation_id) {
            None => room.report(format!("{at}/organisation_id"), "not-a-party", "is no party of the visit"),
            Some(side) if side != new.side => {
                room.report(format!("{at}/side"), "wrong-side", "is not the side of that organisation");
            }
            Some(_) => {}
        }
        if new.organisation_id != room.own && !consent_is_left(new, before)? {
            let detail = "only an organisation itself says who of its people consents to be named";
            room.report(format!("{at}/public_name_consent"), "not-yours", detail);
        }
        let Some(member) = new.member_id else { return Ok(()) };
        let same = before.is_some_and(|before| {
            before.member_id == Some(member) && before.organisation_id == new.organisation_id
        });
        if same && new.name.is_some() {
            return Ok(());
        }
        if !same && new.organisation_id != room.own {
            let detail = "only an organisation itself says which of its members a delegate is";
            room.report(format!("{at}/member_id"), "not-yours", detail);
            return Ok(());
        }
        match member_of(db, new.organisation_id, member)? {
            None => room.report(format!("{at}/member_id"), "unknown-reference", "there is no such member"),
            // Who is to be forgotten is named in nothing new.
            Some((.., Some(_))) if !same => {
                room.report(format!("{at}/member_id"), "unknown-reference", "there is no such member");
            }
            Some((name, honorific, title, _)) if new.name.is_none() => {
                let read = |text: Option<Json<Name>>| text.map(|text| text.get()).transpose();
                new.name = Some(name.get()?);
                new.honorific = new.honorific.take().map_or_else(|| read(honorific), |own| Ok(Some(own)))?;
                new.title = new.title.take().map_or_else(|| read(title), |own| Ok(Some(own)))?;
            }
            Some(_) => {}
        }
        Ok(())
    }
}

/// Whether an edit leaves the consent as the organisation gave it, and for the same person.
fn consent_is_left(new: &NewDelegate, before: Option<&Delegate>) -> Result<bool> {
    let given = |consent: Option<PublicNameConsent>| match consent {
        Some(PublicNameConsent::No(_)) | None => None,
        given => given,
    };
    let before = before.filter(|before| before.organisation_id == new.organisation_id);
    let stood = before.and_then(|before| before.public_name_consent.as_ref()).map(Json::get).transpose()?;
    let stands = given(new.public_name_consent.clone());
    if given(stood) != stands {
        return Ok(false);
    }
    let name = before.and_then(|before| before.name.as_ref()).map(Json::get).transpose()?;
    Ok(stands.is_none() || name == new.name)
}

/// Read to the end of the write: an erasure either waits for it, and finds the delegate, or was before it.
fn member_of(db: &mut Db, organisation: OrganisationId, member: MemberId) -> Result<Option<Known>> {
    dialect::hold_member(db, member.uuid())?;
    Ok(members::table
        .filter(members::id.eq(member))
        .filter(members::organisation_id.eq(organisation))
        .select((members::name, members::honorific, members::title, members::erased_at))
        .first(db)
        .optional()?)
}

impl Checked for AgendaItem {
    fn check(
        new: &mut NewAgendaItem,
        before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        if let Some(presenter) = new.presented_by_organisation_id {
            room.party(presenter, format!("{at}/presented_by_organisation_id"));
        }
        room.communities(db, &new.community_ids, &format!("{at}/community_ids"))?;
        room.projects(db, new, before, &format!("{at}/project_ids"))?;
        room.last_position = match new.position {
            Some(position) => room.last_position.max(position.get()),
            None => (room.last_position + 1).min(10_000),
        };
        if new.position.is_none() {
            new.position =
                crate::http::decode::decode(&crate::http::decode::Value::Number(room.last_position.into()))
                    .ok();
        }
        Ok(())
    }
}

impl Checked for Discussion {
    fn check(
        new: &mut NewDiscussion,
        _before: Option<&Self>,
        room: &mut Room,
        _db: &mut Db,
        at: &str,
    ) -> Result<()> {
        if new.raised_by.is_some_and(|delegate| !room.delegates.contains(&delegate)) {
            room.report(format!("{at}/raised_by"), "unknown-reference", "is no delegate of the visit");
        }
        Ok(())
    }
}

impl Checked for Commitment {
    fn check(
        new: &mut NewCommitment,
        before: Option<&Self>,
        room: &mut Room,
        _db: &mut Db,
        at: &str,
    ) -> Result<()> {
        for (i, organisation) in new.responsible_organisation_ids.iter().enumerate() {
            room.party(*organisation, format!("{at}/responsible_organisation_ids/{i}"));
        }
        // Nobody promises for another: who is to be bound by a promise says so itself.
        let bound = match before.filter(|before| before.strength == Strength::Committed) {
            Some(before) => before.responsible_organisation_ids.get()?,
            None => Vec::new(),
        };
        if new.strength == Strength::Committed {
            for (i, organisation) in new.responsible_organisation_ids.iter().enumerate() {
                if *organisation != room.own
                    && room.side(*organisation).is_some()
                    && !bound.contains(organisation)
                {
                    let detail = "only an organisation itself takes what is committed upon itself";
                    room.report(format!("{at}/responsible_organisation_ids/{i}"), "not-yours", detail);
                }
            }
        }
        // Nor is anybody let off, or left out of a promise, by another.
        let own = room.own;
        let stays = |one: &OrganisationId| new.responsible_organisation_ids.contains(one);
        for gone in bound.iter().filter(|one| **one != own && !stays(one)) {
            let detail = format!("{gone} committed to it, and alone takes that back");
            room.report(format!("{at}/responsible_organisation_ids"), "not-yours", &detail);
        }
        if let Some(before) = before.filter(|_| !bound.is_empty() && !bound.contains(&room.own)) {
            for name in commitment_words_changed(before, new)? {
                let detail = "who committed to it alone says what it is";
                room.report(format!("{at}/{name}"), "not-yours", detail);
            }
        }
        // Who was responsible tells: nobody makes themselves that in the same breath.
        let responsible = match before {
            Some(before) => before.responsible_organisation_ids.get()?,
            None => new.responsible_organisation_ids.to_vec(),
        };
        let (status, note) = match before {
            Some(before) => (before.status, before.note.as_ref().map(Json::get).transpose()?),
            None => (CommitmentStatus::Open, None),
        };
        let told = new.status.unwrap_or(CommitmentStatus::Open) != status || new.note != note;
        if told && !may_tell_progress(&responsible, room.own) {
            if before.is_some() {
                let detail = "only a responsible organisation says how far a commitment has come";
                return Err(Problem::new(Code::Forbidden).detail(detail));
            }
            let detail = "only a responsible organisation says how far it has come";
            room.report(format!("{at}/note"), "not-yours", detail);
        }
        Ok(())
    }
}

/// The members of a promise's content in which an edit differs from it.
fn commitment_words_changed(before: &Commitment, new: &NewCommitment) -> Result<Vec<&'static str>> {
    let wording = before.wording.as_ref().map(Json::get).transpose()?;
    let differs = [
        ("kind", before.kind != new.kind),
        ("strength", before.strength != new.strength),
        ("wording", wording != new.wording),
        ("description", before.description.get()? != new.description),
        ("due_on", before.due_on != new.due_on),
    ];
    Ok(differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect())
}

impl Room {
    /// Reports where a draft's record names organisations that are to be no parties any more.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn record_fits(&mut self, record: &Record) -> Result<()> {
        let mut named: Vec<(OrganisationId, Option<Side>)> = Vec::new();
        named.extend(record.delegates.iter().map(|item| (item.organisation_id, Some(item.side))));
        named
            .extend(record.agenda.iter().filter_map(|item| Some((item.presented_by_organisation_id?, None))));
        for item in &record.commitments {
            named.extend(item.responsible_organisation_ids.get()?.into_iter().map(|id| (id, None)));
        }
        let fits = |(organisation, side): &(OrganisationId, Option<Side>)| match self.side(*organisation) {
            Some(now) => side.is_none_or(|side| side == now),
            None => false,
        };
        if !named.iter().all(fits) {
            let detail = "delegates, agenda or commitments name an organisation that would be no party, or on the \
                          other side: change those first";
            self.report("/parties".to_owned(), "not-a-party", detail);
        }
        Ok(())
    }
}
