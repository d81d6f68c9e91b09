//! `/v1/organisations/{id}/members`.

mod erase;

use std::sync::Arc;

use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::members::model::{Member, MemberChanges, MemberEnd, NewMember};
use crate::members::{rules, store};
use crate::text::fold_words;
use crate::types::{CalendarDate, MemberId, OrganisationId, TimeZoneName};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations/{id}/members", "listMembers", list)
            .summary("The people of one's own organisation, newest first")
            .needs(Right::MembersRead)
            .filter::<String>("q", "Words of names and titles, folded.")
            .pages::<Member>("A page of members."),
        Operation::post("/v1/organisations/{id}/members", "createMember", create)
            .summary("Enters a person, known by name only")
            .description("Who is to sign in is invited: `POST /v1/organisations/{id}/invitations`.")
            .needs(Right::MembersWrite)
            .body::<NewMember>()
            .creates::<Member>("The member."),
        Operation::get("/v1/organisations/{id}/members/{member_id}", "readMember", read)
            .summary("One person of one's own organisation")
            .needs(Right::MembersRead)
            .ok::<Member>("The member."),
        Operation::patch("/v1/organisations/{id}/members/{member_id}", "changeMember", change)
            .summary("Changes a person's entry or role")
            .description(
                "Another `role` takes effect at once. The last admin keeps theirs: 409 `last-admin`. Somebody who \
                 does not sign in has none; they are invited. An access token gives no role with rights that it does \
                 not have itself (403 `person-required`).",
            )
            .needs(Right::MembersWrite)
            .body::<MemberChanges>()
            .ok::<Member>("The member as it is now."),
        Operation::post("/v1/organisations/{id}/members/{member_id}/end", "endMember", end)
            .summary("Ends a membership; the person's access ends at once")
            .needs(Right::MembersWrite)
            .version(VersionNeed::Optional)
            .optional_body::<MemberEnd>()
            .ok::<Member>("The member as it is now."),
        erase::operation(),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let sight = call.sight(Right::MembersRead)?;
    let words = call.query().text("q").map(fold_words).unwrap_or_default();
    let page = call.page_request()?;
    let limit = page.limit;
    let read = move |db: &mut crate::db::Db| store::list(db, &sight, organisation, &words, &page);
    let rows = call.app().database.read(read).await?.into_iter().map(Member::shown).collect();
    call.page(rows, limit, Member::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let (organisation, id): (OrganisationId, MemberId) = (call.id("id")?, call.id("member_id")?);
    let sight = call.sight(Right::MembersRead)?;
    answer(&call.app().database.read(move |db| store::find(db, &sight, organisation, id)).await?)
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let input = call.input::<NewMember>();
    let caller = Arc::clone(call.caller()?);
    let repeated = Arc::clone(&call);
    call.write(
        move |w| {
            store::lock(w, &caller.sight(Right::MembersRead), organisation)?;
            let permit = caller.permit(Right::MembersWrite, &[organisation])?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let new = input.get()?.clone();
            let chosen = new.id;
            if let Some(id) = chosen
                && idempotency::choose(&repeated, w, id.uuid())? == Chosen::Repeated
            {
                let sight = repeated.sight(Right::MembersRead)?;
                return answer(&store::find(w.db(), &sight, organisation, id)?);
            }
            let id = chosen.unwrap_or_else(|| w.new_id());
            let member = store::insert(w, &permit, id, &new.details())?;
            let location = format!("/v1/organisations/{organisation}/members/{id}");
            Answer::created(&member, member.version, location)
        },
    )
    .await
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let patching = Arc::clone(&call);
    of_member(call, move |w, permit, before| {
        patching.require_version(w.db(), versioned(&before))?;
        let details: MemberChanges = patch::apply(&before, patching.body(), &[])?;
        if before.left_on.is_some() {
            return Err(ended());
        }
        if let Some(role) = details.role.filter(|role| before.role < Some(*role)) {
            patching.caller()?.check_gives(role, before.organisation_id)?;
        }
        answer(&store::update(w, permit, &before, &details)?)
    })
    .await
}

async fn end(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<MemberEnd>();
    let checking = Arc::clone(&call);
    let zone = zone(&call)?;
    of_member(call, move |w, permit, before| {
        if before.left_on.is_some() {
            // It has its effect still: asked for again it is answered again.
            return answer(&before);
        }
        checking.check_version(w.db(), versioned(&before))?;
        let today = today(w, &zone);
        let left_on = input.get()?.left_on.unwrap_or(today);
        rules::ends_on(before.joined_on, left_on, today)?;
        answer(&store::end(w, permit, &before, left_on)?)
    })
    .await
}

/// A write to one member, its organisation locked.
async fn of_member(
    call: Arc<Call>,
    act: impl Fn(&mut Writer<'_>, &Permit, Member) -> Result<Answer> + Send + 'static,
) -> Result<Answer> {
    let (organisation, id): (OrganisationId, MemberId) = (call.id("id")?, call.id("member_id")?);
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let sight = caller.sight(Right::MembersRead);
            store::lock(w, &sight, organisation)?;
            let before = store::find(w.db(), &sight, organisation, id)?;
            let permit = caller.permit(Right::MembersWrite, &[organisation])?;
            Ok(Admitted::by(&permit, before).with(permit))
        },
        move |w, (before, permit)| act(w, &permit, before),
    )
    .await
}

/// The network's time zone.
fn zone(call: &Call) -> Result<TimeZoneName> {
    call.app().settings.time_zone.parse().map_err(Problem::internal)
}

fn today(w: &Writer<'_>, zone: &TimeZoneName) -> CalendarDate {
    zone.today_in_zone(w.now())
}

fn ended() -> Problem {
    Problem::new(Code::StateConflict).with("state", "ended").with("allowed_actions", [""; 0])
}

fn answer(member: &Member) -> Result<Answer> {
    Answer::thing(&member.clone().shown(), member.version)
}

fn versioned(member: &Member) -> Versioned<'_, Member> {
    Versioned { id: member.id.uuid(), version: member.version, thing: member }
}
