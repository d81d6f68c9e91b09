//! An admin for an organisation that has none.

use std::sync::Arc;

use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::problem::{Code, Problem, Result};
use crate::organisations::bodies::NewAdminInvitation;
use crate::organisations::codes::OrganisationStatus;
use crate::organisations::rules::{self, Actor};
use crate::organisations::store::{admins, reading};
use crate::types::OrganisationId;
use actix_web::http::StatusCode;

pub(super) async fn invite(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let input = call.input::<NewAdminInvitation>();
    let caller = Arc::clone(call.caller()?);
    let app = Arc::clone(call.app());
    call.write(
        move |w| {
            let (row, _) = reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit_network(Right::NetworkOrganisations)?;
            Ok(Admitted::by_network(&permit, row).with(permit))
        },
        move |w, (row, permit)| {
            let new = input.get()?;
            if row.status != OrganisationStatus::Active {
                return Err(rules::conflict(row.status, Actor::NetworkAdmin));
            }
            if admins::has_admin(w.db(), id)? {
                return Err(rules::conflict(row.status, Actor::NetworkAdmin)
                    .detail("the organisation has an admin, who invites others"));
            }
            let issued = admins::invite(w, &permit, &app, id, new)?;
            Ok(Answer::json(&issued)?
                .with_status(StatusCode::CREATED)
                .with_secrets(&["/token", "/code", "/link"]))
        },
    )
    .await
}

pub(super) async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    if !call.sight(Right::MembersRead)?.sees_own(id) {
        return Err(Problem::new(Code::NotFound));
    }
    let invitation = call.app().database.read(move |db| admins::latest(db, id)).await?;
    Answer::json(&invitation)
}

pub(super) async fn object(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let sight = caller.sight(Right::MembersRead);
            if !sight.sees_own(id) {
                return Err(Problem::new(Code::NotFound));
            }
            reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit(Right::MembersRead, &[id])?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        |w, ((), permit)| Answer::json(&admins::object(w, &permit)?),
    )
    .await
}
