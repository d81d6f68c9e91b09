//! `/v1/communities`.

use std::sync::Arc;

use super::model::{Community, CommunityChanges, NewCommunity};
use super::store::{self, Filter};
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::http::query::PcodeBeginning;
use crate::text::fold_words;
use crate::types::CommunityId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/communities", "listCommunities", list)
            .summary("Communities, newest first")
            .needs(Right::OrganisationsRead)
            .filter::<PcodeBeginning>("place", "A P-code or its beginning.")
            .filter::<String>("q", "Words of the names, folded.")
            .pages::<Community>("A page of communities."),
        Operation::post("/v1/communities", "createCommunity", create)
            .summary("Adds a community")
            .description(
                "Where one of the same folded name in the same place is there already: 409 \
                 `possible-duplicate` with the `candidates`, unless `confirm_new` is true.",
            )
            .needs(Right::CommunitiesWrite)
            .body::<NewCommunity>()
            .creates::<Community>("The community."),
        Operation::get("/v1/communities/{id}", "readCommunity", read)
            .summary("One community")
            .needs(Right::OrganisationsRead)
            .ok::<Community>("The community."),
        Operation::patch("/v1/communities/{id}", "changeCommunity", change)
            .summary("Changes a community")
            .needs(Right::CommunitiesWrite)
            .body::<CommunityChanges>()
            .ok::<Community>("The community as it is now."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let sight = call.sight(Right::OrganisationsRead)?;
    let filter = Filter {
        place: call.query().pcode("place")?,
        words: call.query().text("q").map(fold_words).unwrap_or_default(),
    };
    let page = call.page_request()?;
    let limit = page.limit;
    let listed = Arc::clone(&call);
    call.app()
        .database
        .read(move |db| {
            let rows = store::list(db, &sight, &filter, &page)?;
            listed.page(rows, limit, Community::place_in_list)
        })
        .await
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: CommunityId = call.id("id")?;
    let sight = call.sight(Right::OrganisationsRead)?;
    let community = call.app().database.read(move |db| store::find(db, &sight, id)).await?;
    answer(&community)
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewCommunity>();
    let caller = Arc::clone(call.caller()?);
    let repeated = Arc::clone(&call);
    call.write(
        move |_| {
            let permit = caller.permit_somewhere(Right::CommunitiesWrite)?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get()?.clone();
            let chosen = input.id;
            if let Some(id) = chosen
                && idempotency::choose(&repeated, w, id.uuid())? == Chosen::Repeated
            {
                let sight = repeated.sight(Right::OrganisationsRead)?;
                return answer(&store::find(w.db(), &sight, id)?);
            }
            let confirmed = input.confirm_new == Some(true);
            let details = input.details();
            if !confirmed {
                let candidates = store::possible_duplicates(w, &details)?;
                if !candidates.is_empty() {
                    return Err(Problem::new(Code::PossibleDuplicate).with("candidates", candidates));
                }
            }
            let id = chosen.unwrap_or_else(|| w.new_id());
            let community = store::insert(w, &permit, id, &details)?;
            Answer::created(&community, community.version, format!("/v1/communities/{id}"))
        },
    )
    .await
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: CommunityId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let patching = Arc::clone(&call);
    call.write(
        move |w| {
            let before = store::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit_somewhere(Right::CommunitiesWrite)?;
            Ok(Admitted::by(&permit, before).with(permit))
        },
        move |w, (before, permit): (Community, Permit)| {
            patching.require_version(w.db(), versioned(&before))?;
            let details: CommunityChanges = patch::apply(&before, patching.body(), &[])?;
            answer(&store::update(w, &permit, &before, &details)?)
        },
    )
    .await
}

fn answer(community: &Community) -> Result<Answer> {
    Answer::thing(community, community.version)
}

fn versioned(community: &Community) -> Versioned<'_, Community> {
    Versioned { id: community.id.uuid(), version: community.version, thing: community }
}
