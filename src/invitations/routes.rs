//! `/v1/organisations/{id}/invitations` and `/v1/auth/invitations`.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::accepting::Acceptor;
use super::model::{
    Acceptance, Invitation, InvitationKey, InvitationPreview, IssuedInvitation, NewInvitation,
};
use super::rules::check_usable;
use super::store::{self, Issue, Issuer, Key};
use crate::access::{Caller, Permit, Right};
use crate::accounts::model::{Login, SignedIn};
use crate::accounts::signing::{self, Replaced};
use crate::accounts::store as accounts;
use crate::db::{Root, dialect};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{CalendarDate, InvitationId, OrganisationId, TimeZoneName};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations/{id}/invitations", "listInvitations", list)
            .summary("An organisation's invitations, newest first")
            .needs(Right::MembersWrite)
            .pages::<Invitation>("A page of invitations."),
        Operation::post("/v1/organisations/{id}/invitations", "createInvitation", create)
            .summary("Invites somebody")
            .description(
                "Works once, for 7 days. Where it has an e-mail address and this server sends mail, the link is mailed there; \
                  else pass the link on, or read the code out. Whether somebody has an account already is not told. \
                  An access token gives no role with rights that it does not have itself (403 `person-required`).",
            )
            .needs(Right::MembersWrite)
            .body::<NewInvitation>()
            .answers::<IssuedInvitation>(StatusCode::CREATED, "The invitation, with what opens it."),
        Operation::delete(
            "/v1/organisations/{id}/invitations/{invitation_id}",
            "withdrawInvitation",
            withdraw,
        )
        .summary("Withdraws an invitation")
        .needs(Right::MembersWrite)
        .problem(StatusCode::CONFLICT),
        Operation::post("/v1/auth/invitations/preview", "previewInvitation", preview)
            .summary("What an invitation is for")
            .public()
            .proved_by_body()
            .body::<InvitationKey>()
            .ok::<InvitationPreview>("What it gives, and to whom.")
            .problem(StatusCode::NOT_FOUND),
        Operation::post("/v1/auth/invitations/accept", "acceptInvitation", accept)
            .summary("Accepts an invitation")
            .description(
                "Makes an account with the invitation's e-mail or phone, or with the one given where it has \
                 neither. Where there is such an account already, its own password or a bearer token of it is \
                 needed: else 401, and the invitation stays. An account with a second factor gets 401 \
                 `second-factor-required` for its password, as in `POST /v1/auth/login`: who is signed in then accepts \
                 with the bearer token.",
            )
            .public()
            .body::<Acceptance>()
            .ok::<SignedIn>("Signed in, with the new membership.")
            .problem(StatusCode::UNAUTHORIZED)
            .problem(StatusCode::NOT_FOUND)
            .problem(StatusCode::CONFLICT),
    ]
}

/// Those of another organisation don't see that there is anything here.
fn permit(caller: &Caller, organisation: OrganisationId) -> Result<Permit> {
    if !caller.is_member_of(organisation) {
        return Err(Problem::new(Code::NotFound));
    }
    caller.permit(Right::MembersWrite, &[organisation])
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let permit = permit(call.caller()?, call.id("id")?)?;
    let page = call.page_request()?;
    let (limit, now) = (page.limit, call.now());
    let rows = call.app().database.read(move |db| store::list(db, &permit, &page, now)).await?;
    call.page(rows, limit, Invitation::place_in_list)
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let input = call.input::<NewInvitation>();
    let caller = Arc::clone(call.caller()?);
    let inviter = Arc::clone(&caller);
    let app = Arc::clone(call.app());
    call.write(
        move |w| {
            let permit = permit(&caller, organisation)?;
            dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let new = input.get()?.clone();
            inviter.check_gives(new.role, organisation)?;
            let issue = to_issue(w, &permit, new)?;
            let issued = store::issue(w, Issuer::Server(&app), &issue)?;
            let location = format!("/v1/organisations/{organisation}/invitations/{}", issued.id);
            Ok(Answer::created(&issued, 1, location)?.with_secrets(&["/token", "/code", "/link"]))
        },
    )
    .await
}

fn to_issue(w: &mut Writer<'_>, permit: &Permit, new: NewInvitation) -> Result<Issue> {
    let NewInvitation { email, phone, role, member_id, name, title } = new;
    let logins: Vec<Login> =
        email.clone().map(Login::Email).into_iter().chain(phone.clone().map(Login::Phone)).collect();
    store::check_not_member(w, permit, &logins)?;
    let name = match member_id {
        Some(member) => Some(store::member_to_invite(w, permit, member)?),
        None => name,
    };
    Ok(Issue {
        organisation: Some(permit.organisation()),
        member: member_id,
        role: Some(role),
        name,
        title,
        email,
        phone,
        invited_by: Some(permit.user()),
        reason: None,
        usable_from: None,
    })
}

async fn withdraw(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let invitation: InvitationId = call.id("invitation_id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let permit = permit(&caller, organisation)?;
            dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            store::withdraw(w, &permit, invitation)?;
            Ok(Answer::none())
        },
    )
    .await
}

async fn preview(call: Arc<Call>) -> Result<Answer> {
    let body: InvitationKey = call.decode()?;
    let key = Key::read(body.token.as_deref(), body.code.as_deref())?;
    let now = call.now();
    let kept = call.app().database.snapshot(move |db| store::find(db, &key, now)).await?;
    Ok(Answer::json(&kept.preview())?.confidential())
}

async fn accept(call: Arc<Call>) -> Result<Answer> {
    let body: Acceptance = call.decode()?;
    let key = Key::read(body.token.as_deref(), body.code.as_deref())?;
    let now = call.now();
    let kept = call.app().database.snapshot(move |db| store::find(db, &key, now)).await?;
    check_usable(kept.usable_from(), now)?;
    let acceptor = Acceptor::of(&call, &kept, &body).await?;
    let author = acceptor.author(&call);
    let zone: TimeZoneName = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
    let today = zone.today_in_zone(now);
    let accepting = Arc::clone(&call);
    let signed_in =
        call.app().database.write(author, move |w| bring_in(w, &accepting, &acceptor, &key, today)).await?;
    signing::answer(&signed_in?)
}

/// One write: the account, the membership, the invitation used up, the session. None of it, and the problem that asks for
/// it, where a second factor is needed first.
fn bring_in(
    w: &mut Writer<'_>,
    call: &Call,
    acceptor: &Acceptor,
    key: &Key,
    today: CalendarDate,
) -> Result<Result<SignedIn>> {
    let kept = store::lock_and_find(w, key)?;
    if let Some(asked) = acceptor.lock(w, call)? {
        return Ok(Err(asked));
    }
    w.act_for(kept.organisation());
    acceptor.create(w, call)?;
    let user = acceptor.user();
    store::claim(w, &kept, user)?;
    match kept.organisation() {
        Some(organisation) => store::join(w, &kept, organisation, user, today)?,
        None => store::make_network_admin(w, user)?,
    }
    accounts::raise_epoch(w, user)?;
    let signed_in = match acceptor {
        Acceptor::SignedIn(_, session) => match accounts::lock_session(w, *session)? {
            Some((_, held)) => signing::renew(w, call, user, *session, Replaced::By(&held.current)),
            None => Err(Problem::new(Code::InvalidToken)),
        },
        _ => signing::begin(w, call, user),
    };
    signed_in.map(Ok)
}
