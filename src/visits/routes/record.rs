//! `PUT /v1/visits/{id}/record`: the whole record and the report's draft in one transaction.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::said::closing_notes;
use super::touch::edited;
use super::{answer, seen, versioned, write_to};
use crate::access::{Permit, Right};
use crate::acting::{Acted, answered};
use crate::commitments::model::Commitment;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::decode::Value;
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::routes::changed_members;
use crate::items::store::{self as items, Checked, Findings, Stored};
use crate::items::{Edit, Item, Parent, Stamp};
use crate::journal::Writer;
use crate::types::{DelegateId, Instant, Json as Kept, VisitId};
use crate::visits::codes::{VisitAction, VisitState, VisitVisibility};
use crate::visits::model::bodies::{RecordChanges, ReportDraft};
use crate::visits::model::{AgendaItem, Delegate, Discussion, Loaded, Looker, Record, Report, Visit};
use crate::visits::rules::{self, Standing};
use crate::visits::store::checks::Room;
use crate::visits::store::visits as store;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::put("/v1/visits/{id}/record", "putVisitRecord", |call| {
            write_to(call, Right::VisitsWrite, replace)
        })
            .summary("Writes down a visit's record, and the draft of its report, all at once")
            .description(
                "A list that is given is the whole list: items with the `id` of one that is there are kept or changed, \
                 those with another or none are added, those missing are removed; one that is not given is left as it \
                 is. What another party alone may edit or remove is named by its pointer (422 `not-yours`), as is \
                 everything else that is wrong, and nothing is half done. Members that can't be written may stand there \
                 as they were read. Until the visit is concluded; in `reported` it is the editor's approval (where they \
                 may decide) and clears the others'.",
            )
            .needs(Right::VisitsWrite)
            .version(VersionNeed::Required)
            .body::<RecordChanges>()
            .ok::<Visit>("The whole visit as it is now."),
    ]
}

/// An item of a visit's record.
trait Listed: Stored + Checked + Item<Parent = Loaded> {}
impl<I: Stored + Checked + Item<Parent = Loaded>> Listed for I {}

/// What becomes of one list.
struct Plan<I> {
    added: Vec<I>,
    changed: Vec<(I, I)>,
    removed: Vec<I>,
    /// Whether more than progress changes.
    content: bool,
}

impl<I> Default for Plan<I> {
    fn default() -> Self {
        Self { added: Vec::new(), changed: Vec::new(), removed: Vec::new(), content: false }
    }
}

impl<I> Plan<I> {
    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// What becomes of the record.
struct Plans {
    delegates: Plan<Delegate>,
    agenda: Plan<AgendaItem>,
    discussions: Plan<Discussion>,
    commitments: Plan<Commitment>,
    report: Option<Report>,
}

impl Plans {
    /// The members that change.
    fn parts(&self) -> Vec<&'static str> {
        let parts = [
            (Delegate::PART.name, !self.delegates.is_empty()),
            (AgendaItem::PART.name, !self.agenda.is_empty()),
            (Discussion::PART.name, !self.discussions.is_empty()),
            (Commitment::PART.name, !self.commitments.is_empty()),
            ("report", self.report.is_some()),
        ];
        parts.into_iter().filter(|(_, changes)| *changes).map(|(name, _)| name).collect()
    }

    /// Whether more than the progress of commitments changes.
    fn content(&self) -> bool {
        let lists = [self.delegates.content, self.agenda.content, self.discussions.content];
        lists.contains(&true) || self.commitments.content || self.report.is_some()
    }
}

fn replace(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    let id = before.row.id;
    let record = store::record_of(w.db(), id)?;
    let current = seen(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&current))?;
    let public = serde_json::to_value(&current).map_err(Problem::internal)?;
    let changes: RecordChanges = patch::decode_whole(&aligned(&public, call.body()), call.body())?;
    let plans = plan(looker, w, before, permit, record, changes)?;
    let parts = plans.parts();
    if parts.is_empty() {
        return answer(&current);
    }
    let content = plans.content();
    before.require_open(looker, permit, "record", if content { Edit::Changed } else { Edit::Progress })?;
    if plans.report.is_some() && before.row.state == VisitState::Reported {
        may_submit(looker, before, permit)?;
    }
    let mut after = before.clone();
    if let Some(report) = &plans.report {
        after.row.report = Some(Kept::new(report)?);
    }
    carry_out(call, w, permit, plans)?;
    if content {
        edited(looker, permit, before, &mut after)?;
    }
    store::save(w, permit, before, &mut after, ("visit.record_changed", &parts))?;
    answered(&after, w.db(), looker)
}

/// Another report in the place of one that waits for approval is a submission: by who may submit it.
fn may_submit(looker: &Looker, visit: &Loaded, permit: &Permit) -> Result<()> {
    looker.caller.permit(Right::VisitsDecide, &[permit.organisation()])?;
    let action = VisitAction::SubmitReport;
    match rules::find(action, &visit.standing(looker.now)?, Loaded::actor(permit)) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(visit.refused(looker, action, refusal)?),
    }
}

/// What is there now, in the form of what was sent: each item where the sent one of its id stands.
fn aligned(current: &Json, sent: &Value) -> Json {
    let mut lists = serde_json::Map::new();
    for name in [Delegate::PART.name, AgendaItem::PART.name, Discussion::PART.name, Commitment::PART.name] {
        let Some(Value::Array(items)) = sent.get(name) else { continue };
        let stored = current[name].as_array().map(Vec::as_slice).unwrap_or_default();
        let same = |item: &Value| {
            let id = item.get("id").and_then(Value::as_str)?;
            stored
                .iter()
                .find(|stored| stored["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)))
                .cloned()
        };
        lists.insert(name.to_owned(), items.iter().map(|item| same(item).unwrap_or(Json::Null)).collect());
    }
    lists.insert("report".to_owned(), current["report"].clone());
    Json::Object(lists)
}

/// Checks all that is sent, and says what becomes of it; what is wrong is named at once.
fn plan(
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
    record: Record,
    changes: RecordChanges,
) -> Result<Plans> {
    let standing = before.standing(looker.now)?;
    let sides = before.parties.iter().map(|(party, _)| (party.organisation_id, party.side));
    let delegates = match &changes.delegates {
        Some(list) => list.iter().filter_map(|delegate| delegate.id).collect(),
        None => record.delegates.iter().map(|delegate| delegate.id).collect::<Vec<DelegateId>>(),
    };
    let room = Room {
        own: permit.organisation(),
        sides: sides.collect(),
        delegates,
        last_position: 0,
        projects: Vec::new(),
        errors: Vec::new(),
    };
    let mut planning = Planning { w, room, standing: &standing, visit: before.row.id };
    let plans = Plans {
        report: report(before, permit, looker.now, changes.report)?,
        delegates: planning.list(changes.delegates.map(Vec::from), record.delegates)?,
        agenda: planning.list(changes.agenda.map(Vec::from), record.agenda)?,
        discussions: planning.list(changes.discussions.map(Vec::from), record.discussions.clone())?,
        commitments: planning.list(changes.commitments.map(Vec::from), record.commitments)?,
    };
    planning.nothing_left_hanging(&plans, &record.discussions);
    planning.room.settle()?;
    Ok(plans)
}

struct Planning<'a, 'w> {
    w: &'a mut Writer<'w>,
    room: Room,
    standing: &'a Standing,
    visit: VisitId,
}

impl Planning<'_, '_> {
    fn list<I: Listed>(&mut self, given: Option<Vec<I::New>>, stored: Vec<I>) -> Result<Plan<I>> {
        let mut plan = Plan::default();
        let Some(given) = given else { return Ok(plan) };
        let ids: Vec<Uuid> = given.iter().filter_map(I::chosen).collect();
        for (i, new) in (0i64..).zip(given) {
            let at = format!("/{}/{i}", I::PART.name);
            let before = I::chosen(&new).and_then(|id| stored.iter().find(|item| item.key().0 == id));
            self.item(&mut plan, new, before, (i, &at))?;
        }
        for gone in stored.into_iter().filter(|item| !ids.contains(&item.key().0)) {
            if !gone.is_removable_by(self.standing, self.room.own) {
                let detail = format!(
                    "{} is missing, which the organisation that it is of alone removes now",
                    gone.key().0
                );
                self.room.report(format!("/{}", I::PART.name), "not-yours", &detail);
            }
            plan.content = true;
            plan.removed.push(gone);
        }
        Ok(plan)
    }

    fn item<I: Listed>(
        &mut self,
        plan: &mut Plan<I>,
        mut new: I::New,
        before: Option<&I>,
        (i, at): (i64, &str),
    ) -> Result<()> {
        match I::check(&mut new, before, &mut self.room, self.w.db(), at) {
            Err(problem) if problem.code() == Code::Forbidden => {
                self.room.report(at.to_owned(), "not-yours", "another party alone says this");
                return Ok(());
            }
            other => other?,
        }
        let now = self.w.now();
        let Some(before) = before else {
            let id = I::chosen(&new).unwrap_or_else(|| self.w.new_id());
            // A microsecond apart, so that they stay in the order in which they were given.
            let created_at = Instant::from_micros(now.micros() + i);
            let stamp =
                Stamp { id, parent: self.visit, by: self.room.own, version: 1, created_at, updated_at: now };
            plan.content = true;
            plan.added.push(I::make(new, None, &self.room, stamp)?);
            return Ok(());
        };
        let (id, version, created_at) = before.key();
        let stamp = Stamp {
            id,
            parent: self.visit,
            by: self.room.own,
            version: version + 1,
            created_at,
            updated_at: now,
        };
        let after = I::make(new, Some(before), &self.room, stamp)?;
        let changed = changed_members(before, &after)?;
        if changed.is_empty() {
            return Ok(());
        }
        if !before.is_editable_by(self.standing, self.room.own) {
            self.room.report(at.to_owned(), "not-yours", "the organisation that it is of alone edits it now");
        }
        plan.content |= changed.iter().any(|name| !I::PROGRESS.contains(&name.as_str()));
        plan.changed.push((before.clone(), after));
        Ok(())
    }

    /// What is removed is named by nothing that stays.
    fn nothing_left_hanging(&mut self, plans: &Plans, discussions: &[Discussion]) {
        let removed = |id: &DelegateId| plans.delegates.removed.iter().any(|delegate| delegate.id == *id);
        let stays = |discussion: &&Discussion| {
            let touched = |other: &Discussion| other.id == discussion.id;
            !plans.discussions.removed.iter().any(touched)
                && !plans.discussions.changed.iter().any(|(before, _)| touched(before))
        };
        if discussions.iter().filter(stays).filter_map(|one| one.raised_by).any(|id| removed(&id)) {
            let detail = "a delegate who is missing brought up a discussion that stays";
            self.room.report("/delegates".to_owned(), "in-use", detail);
        }
        if plans.commitments.removed.iter().any(|one| one.fulfilled_by.is_some()) {
            let detail = "a commitment that is missing has brought forth something";
            self.room.report("/commitments".to_owned(), "in-use", detail);
        }
    }
}

/// The report as it is to be, where that is another than it is. Once submitted, an edit submits it anew.
fn report(
    before: &Loaded,
    permit: &Permit,
    now: Instant,
    draft: Option<ReportDraft>,
) -> Result<Option<Report>> {
    let Some(draft) = draft else { return Ok(None) };
    let stored = before.row.report.as_ref().map(Kept::get).transpose()?;
    let (by, at) = match (&stored, before.row.state) {
        (Some(_), VisitState::Reported) => (Some(permit.organisation()), Some(now)),
        (Some(stored), _) => (stored.submitted_by_organisation_id, stored.submitted_at),
        (None, _) => (None, None),
    };
    let new = Report {
        summary: draft.summary,
        closing_notes: closing_notes(&draft.closing_notes),
        visibility: draft.visibility.unwrap_or(VisitVisibility::Parties),
        submitted_by_organisation_id: by,
        submitted_at: at,
    };
    let said = |report: &Report| json!([report.summary, report.closing_notes, report.visibility]);
    let same = stored.is_some_and(|stored| said(&stored) == said(&new));
    Ok((!same).then_some(new))
}

/// Writes it all; what names something else goes before it and comes after it.
fn carry_out(call: &Call, w: &mut Writer<'_>, permit: &Permit, plans: Plans) -> Result<()> {
    let Plans { mut delegates, agenda, mut discussions, commitments, .. } = plans;
    let removed = (std::mem::take(&mut delegates.removed), std::mem::take(&mut discussions.removed));
    remove(w, permit, &removed.1)?;
    write(call, w, permit, delegates)?;
    write(call, w, permit, agenda)?;
    write(call, w, permit, discussions)?;
    write(call, w, permit, commitments)?;
    remove(w, permit, &removed.0)
}

fn remove<I: Stored>(w: &mut Writer<'_>, permit: &Permit, list: &[I]) -> Result<()> {
    list.iter().try_for_each(|item| items::delete(w, permit, item))
}

fn write<I: Stored>(call: &Call, w: &mut Writer<'_>, permit: &Permit, plan: Plan<I>) -> Result<()> {
    remove(w, permit, &plan.removed)?;
    for (before, after) in &plan.changed {
        items::update(w, permit, before, after)?;
    }
    for item in &plan.added {
        let id = item.key().0;
        // The server's own ids are never among those sent.
        let sent = chosen(call, I::PART.name, id);
        if let Some(i) = sent
            && take(call, w, id)? != Chosen::Free
        {
            let pointer = format!("/{}/{i}/id", I::PART.name);
            let error = FieldError::new(pointer, "id-taken", "this id belongs to something else already");
            return Err(Problem::new(Code::IdTaken).with_errors(vec![error]));
        }
        items::insert(w, permit, item)?;
    }
    Ok(())
}

/// Takes an id; another use of it counts as a repetition here, since nothing of it is in this visit.
fn take(call: &Call, w: &mut Writer<'_>, id: Uuid) -> Result<Chosen> {
    match idempotency::choose(call, w, id) {
        Err(problem) if problem.code() == Code::IdTaken => Ok(Chosen::Repeated),
        other => other,
    }
}

/// Where in a list an id was sent.
fn chosen(call: &Call, list: &str, id: Uuid) -> Option<usize> {
    let Some(Value::Array(items)) = call.body().get(list) else { return None };
    let id = id.to_string();
    let is = |item: &Value| {
        item.get("id").and_then(Value::as_str).is_some_and(|sent| sent.eq_ignore_ascii_case(&id))
    };
    items.iter().position(is)
}
