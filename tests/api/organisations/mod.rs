//! Organisations: applications, standing, particulars, contact.

mod applications;
mod contact;
mod particulars;
mod standing;

use crate::support::*;

pub const ORGANISATIONS: &str = "/v1/organisations";

/// An application by a stranger: the organisation as answered, its path and its status token.
pub struct Application {
    pub path: String,
    pub id: String,
    pub token: String,
}

/// What a stranger sends.
pub fn application(name: &str) -> Value {
    json!({
        "name": {"ar": name}, "legal_form": "association",
        "applicant": {"name": {"ar": "آمنة"}, "email": "amna@example.org"},
    })
}

/// Applies.
#[track_caller]
pub fn apply(world: &World, body: Value) -> Application {
    let reply = world.stranger.post(ORGANISATIONS, body).expect(201);
    let made = reply.json();
    assert_eq!(made["status"], "applied");
    let id = reply.id();
    let token = made["status_token"].as_str().unwrap().to_owned();
    Application { path: format!("{ORGANISATIONS}/{id}"), id, token }
}

/// Enters a member organisation; answers its path.
#[track_caller]
pub fn enter(world: &World, body: Value) -> String {
    let id = world.network_admin.post(ORGANISATIONS, body).expect(201).id();
    format!("{ORGANISATIONS}/{id}")
}

/// A body that says why.
pub fn because() -> Value {
    json!({"reason": {"ar": "لسبب"}})
}
