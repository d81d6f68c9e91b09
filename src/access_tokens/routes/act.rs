//! What is done to an access token: narrowed, rotated, adopted, withdrawn.

use std::sync::Arc;
use std::time::Duration;

use super::{RIGHT, answer, answering, look, shown, sight, versioned};
use crate::access::{Caller, Permit, Right, Role, Sight};
use crate::access_tokens::codes::AccessTokenState;
use crate::access_tokens::model::{AccessToken, AccessTokenChanges, IssuedAccessToken, Look, Rotation, Row};
use crate::access_tokens::store::reading;
use crate::access_tokens::store::writing::{self, Leave, Rotated};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{AccessTokenId, Instant};
use actix_web::http::StatusCode;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/access-tokens/{id}", "narrowAccessToken", narrow)
            .summary("Narrows an access token, or gives it another name")
            .description(
                "A lower role, fewer permissions, an earlier end, networks within those of before: nothing is widened (422 \
                 `not-narrower`). With a lower role and no `permissions` these follow. It takes effect at once, on JWTs too.",
            )
            .needs(RIGHT)
            .body::<AccessTokenChanges>()
            .ok::<AccessToken>("The access token as it is now.")
            .problem(StatusCode::CONFLICT),
        Operation::delete("/v1/access-tokens/{id}", "revokeAccessToken", revoke)
            .summary("Withdraws an access token")
            .description("At once, on every node, with every JWT made of it. By its organisation's admins, or the network's admin.")
            .needs_any_of(&[RIGHT, Right::NetworkTokens]),
        Operation::post("/v1/access-tokens/{id}/rotate", "rotateAccessToken", rotate)
            .summary("Gives an access token another secret")
            .description(
                "The secret of now works for another `overlap_seconds`: none where none are given, and then every JWT made of it is refused \
                 at once as well. The secret before it ends in any case. With `expires_at` the token works until then, which only a person may \
                 put off. An access token that holds `tokens:write` may rotate itself, presented as it is and not as a JWT, no other (403 `person-required`), and not while \
                 its former secret still works (409 `state-conflict`): else that one could shut the new one out.",
            )
            .needs(RIGHT)
            .version(VersionNeed::Optional)
            .optional_body::<Rotation>()
            .ok::<IssuedAccessToken>("The access token, with its new secret.")
            .problem(StatusCode::CONFLICT),
        Operation::post("/v1/access-tokens/{id}/adopt", "adoptAccessToken", adopt)
            .summary("Answers for an access token whose owner has left")
            .description("By a person who may manage tokens. What it may do is bounded by their role from now on.")
            .needs(RIGHT)
            .version(VersionNeed::Optional)
            .ok::<AccessToken>("The access token as it is now.")
            .problem(StatusCode::CONFLICT),
    ]
}

/// Locks a token that the caller sees, and asks the guard for leave to write to it.
fn admit(
    caller: &Caller,
    sight: &Sight,
    w: &mut Writer<'_>,
    id: AccessTokenId,
) -> Result<Admitted<(Row, Permit)>> {
    let row = reading::lock(w, sight, id)?;
    let permit = caller.permit(RIGHT, &[row.organisation_id])?;
    Ok(Admitted::by(&permit, row).with(permit))
}

/// Refuses what is done to one that does not work any more.
fn working(row: &Row, look: Look, allowed: &[AccessTokenState]) -> Result<()> {
    let state = row.marks().state(look.grace, look.now);
    if allowed.contains(&state) { Ok(()) } else { Err(refused(row, look)) }
}

fn refused(row: &Row, look: Look) -> Problem {
    let state = row.marks().state(look.grace, look.now);
    let actions: &[&str] = match state {
        AccessTokenState::Active => &["rotate"],
        AccessTokenState::Orphaned => &["rotate", "adopt"],
        AccessTokenState::Expired | AccessTokenState::Revoked => &[],
    };
    Problem::new(Code::StateConflict).with("state", state).with("allowed_actions", actions)
}

const WORKING: &[AccessTokenState] = &[AccessTokenState::Active, AccessTokenState::Orphaned];

async fn narrow(call: Arc<Call>) -> Result<Answer> {
    let id: AccessTokenId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let (sight, look) = (sight(&caller), look(&call));
    let (seeing, narrowing) = (sight.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&caller, &seeing, w, id),
        move |w, (before, permit): (Row, Permit)| {
            let seen = shown(&before, &sight, look)?;
            narrowing.require_version(w.db(), versioned(&seen))?;
            let changes: AccessTokenChanges = patch::apply(&seen, narrowing.body(), &[])?;
            working(&before, look, WORKING)?;
            let permissions_given = narrowing.body().get("permissions").is_some();
            let after = writing::narrow(w, &permit, &before, &changes, permissions_given)?;
            answer(&after, &sight, look)
        },
    )
    .await
}

async fn revoke(call: Arc<Call>) -> Result<Answer> {
    let id: AccessTokenId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let sight = sight(&caller);
    call.write(
        move |w| {
            let row = reading::lock(w, &sight, id)?;
            if sight.sees_own(row.organisation_id) {
                let permit = caller.permit(RIGHT, &[row.organisation_id])?;
                return Ok(Admitted::by(&permit, row).with(Arc::new(Leave::Own(permit))));
            }
            let permit = caller.permit_network(Right::NetworkTokens)?;
            Ok(Admitted::by_network(&permit, row).with(Arc::new(Leave::Network(permit))))
        },
        move |w, (row, leave): (Row, Arc<Leave>)| {
            writing::revoke(w, &leave, &row)?;
            Ok(Answer::none())
        },
    )
    .await
}

async fn rotate(call: Arc<Call>) -> Result<Answer> {
    let id: AccessTokenId = call.id("id")?;
    let input = call.input::<Rotation>();
    let caller = Arc::clone(call.caller()?);
    let (sight, look) = (sight(&caller), look(&call));
    let by_secret = call.presents_access_token();
    let (seeing, rotating, rotator) = (sight.clone(), Arc::clone(&call), Arc::clone(&caller));
    call.write(
        move |w| {
            let admitted = admit(&caller, &seeing, w, id)?;
            // Else a token that leaked could take over another one, and a JWT, which is short and may be narrower, the one
            // that it was made of.
            match caller.access_token() {
                Some(own) if own != id || !by_secret => Err(Problem::new(Code::PersonRequired)),
                _ => Ok(admitted),
            }
        },
        move |w, (before, permit): (Row, Permit)| {
            let seen = shown(&before, &sight, look)?;
            rotating.check_version(w.db(), versioned(&seen))?;
            let asked = input.get()?;
            working(&before, look, WORKING)?;
            if asked.expires_at.is_some_and(|at| at > before.expires_at) {
                // Else one that leaked could have itself work for ever.
                rotator.person()?;
            }
            if rotator.access_token().is_some() && before.previous_until.is_some_and(|until| until > look.now)
            {
                return Err(refused(&before, look));
            }
            let overlap = asked.overlap_seconds.as_ref().map_or(0, |seconds| seconds.get());
            let rotated = rotation(&before, asked.expires_at, overlap, &rotating);
            let (after, secret) = writing::rotate(w, &permit, &before, rotated)?;
            let issued = IssuedAccessToken {
                token: shown(&after, &sight, look)?,
                secret: secret.expose().to_owned().into(),
            };
            Ok(Answer::thing(&issued, after.version)?.with_secrets(&["/secret"]))
        },
    )
    .await
}

fn rotation(before: &Row, expires_at: Option<Instant>, overlap: i64, call: &Call) -> Rotated {
    let seconds = u64::try_from(overlap).unwrap_or(0);
    // The secret before the one of now ends, whatever was promised to it.
    let ends_sooner = expires_at.is_some_and(|at| at < before.expires_at);
    let ends_early = before.previous_until.is_some_and(|until| until > call.now());
    Rotated {
        previous_until: (seconds > 0).then(|| call.now().plus(Duration::from_secs(seconds))),
        expires_at: expires_at.unwrap_or(before.expires_at),
        cut: ends_early || ends_sooner || seconds < u64::from(call.app().settings.access_token_seconds),
    }
}

async fn adopt(call: Arc<Call>) -> Result<Answer> {
    let id: AccessTokenId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let (sight, look) = (sight(&caller), look(&call));
    let (seeing, adopting) = (sight.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            caller.person()?;
            let row = reading::lock(w, &seeing, id)?;
            let permit = caller.permit(RIGHT, &[row.organisation_id])?;
            let role = answering(w, &caller, row.organisation_id)?;
            Ok(Admitted::by(&permit, (row, role)).with(permit))
        },
        move |w, ((before, role), permit): ((Row, Role), Permit)| {
            let is_done = before.orphaned_at.is_none() && before.owner_id == permit.user();
            if is_done && working(&before, look, WORKING).is_ok() {
                return answer(&before, &sight, look);
            }
            let seen = shown(&before, &sight, look)?;
            adopting.check_version(w.db(), versioned(&seen))?;
            working(&before, look, &[AccessTokenState::Orphaned])?;
            let after = writing::adopt(w, &permit, role, &before)?;
            answer(&after, &sight, look)
        },
    )
    .await
}
