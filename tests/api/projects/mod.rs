//! Projects: entered, seen, found; what came in for them, and what it adds up to.

mod agenda;
mod given;
mod input;
mod lists;
mod races;
mod receipts;
mod road;
mod seen;
mod sums;

pub use given::Link;

use crate::programmes::Three;
use crate::support::world::Organisation;
use crate::support::*;

pub const PROJECTS: &str = "/v1/projects";

/// The body of a project with little said of it, and more.
pub fn project(more: Value) -> Value {
    with(json!({"title": ar("كفالة أيتام الكسمبر")}), more)
}

/// The same body with these members besides, or instead.
pub fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Enters a project; its path.
#[track_caller]
pub fn entered(by: &Organisation, more: Value) -> String {
    let id = by.contributor.post(PROJECTS, project(more)).expect(201).id();
    format!("{PROJECTS}/{id}")
}

/// Of the whole network, amounts too or not.
pub fn open(amounts: &str) -> Value {
    json!({"visibility": "network", "amounts_visibility": amounts})
}

pub fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

pub fn money(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

/// The body of a receipt in money, from the subscriptions.
pub fn cash(amount: &str, currency: &str) -> Value {
    json!({"money": money(amount, currency), "source": "subscriptions"})
}

/// Enters a receipt; its path.
#[track_caller]
pub fn received(by: &Organisation, project: &str, body: Value) -> String {
    let id = by.coordinator.post(&format!("{project}/receipts"), body).expect(201).id();
    format!("{project}/receipts/{id}")
}

/// The day that it is in the network's time zone, so many days on.
pub fn day(server: &TestServer, on: i32) -> String {
    let zone: awasir::types::TimeZoneName = server.app.settings.time_zone.parse().unwrap();
    zone.today_in_zone(server.app.clock.now()).plus_days(on).unwrap().to_string()
}

/// What of a project's amounts somebody sees: budget, its day, pledged, received, what is lacking.
#[track_caller]
pub fn amounts(client: &Client, project: &str) -> [Value; 5] {
    amounts_of(&client.get(project).expect(200).json())
}

pub fn amounts_of(seen: &Value) -> [Value; 5] {
    ["budget", "budget_as_of", "pledged", "received", "funding_gap"].map(|name| seen[name].clone())
}

pub const NO_AMOUNTS: [Value; 5] = [Value::Null, Value::Null, Value::Null, Value::Null, Value::Null];
