//! Visits: the straight road, its refusals, and what real networks meet on it.

mod attendance;
mod calendar;
mod editing;
mod fields;
mod fulfilled;
mod input;
mod lists;
mod named;
mod narrowed;
mod races;
mod record;
mod refusals;
mod road;
mod second_thoughts;
mod seen;
pub mod silence;
mod unavailable;

use awasir::types::OrganisationId;

use crate::support::world::Organisation;
use crate::support::*;

pub const VISITS: &str = "/v1/visits";

/// Organisation A is to visit B, on this day.
pub fn draft_on(world: &World, date: &str) -> Value {
    json!({
        "title": {"ar": "زيارة ودية"}, "purposes": ["friendly", "experience_exchange"],
        "schedule": {"date": date}, "parties": parties(&[(&world.a, "visitor"), (&world.b, "host")]),
    })
}

/// Organisation A is to visit B, on the source's day.
pub fn draft(world: &World) -> Value {
    draft_on(world, "2025-07-04")
}

pub fn parties(list: &[(&Organisation, &str)]) -> Value {
    list.iter().map(|(one, side)| json!({"organisation_id": one.id, "side": side})).collect()
}

/// A visit that can be moved along.
pub struct Trip {
    pub path: String,
}

impl Trip {
    /// Drawn up by A.
    #[track_caller]
    pub fn draft(world: &World, body: Value) -> Self {
        let id = world.a.contributor.post(VISITS, body).expect(201).id();
        Self { path: format!("{VISITS}/{id}") }
    }

    /// Proposed by A.
    #[track_caller]
    pub fn proposed(world: &World, body: Value) -> Self {
        let trip = Self::draft(world, body);
        trip.act(&world.a.coordinator, "propose", json!({})).expect(200);
        trip
    }

    /// Accepted by B.
    #[track_caller]
    pub fn accepted(world: &World, body: Value) -> Self {
        let trip = Self::proposed(world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip
    }

    /// It took place.
    #[track_caller]
    pub fn held(world: &World, body: Value) -> Self {
        let trip = Self::accepted(world, body);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        trip
    }

    /// A submitted its report.
    #[track_caller]
    pub fn reported(world: &World, body: Value, visibility: &str) -> Self {
        let trip = Self::held(world, body);
        let report = json!({"summary": {"ar": "تمت الزيارة"}, "visibility": visibility});
        trip.act(&world.a.coordinator, "submit-report", report).expect(200);
        trip
    }

    /// B approved it.
    #[track_caller]
    pub fn concluded(world: &World, body: Value, visibility: &str) -> Self {
        let trip = Self::reported(world, body, visibility);
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        trip
    }

    pub fn act(&self, client: &Client, action: &str, body: Value) -> Reply {
        client.post(&format!("{}/{action}", self.path), body).send()
    }

    /// Consents to the version of now.
    #[track_caller]
    pub fn consent(&self, client: &Client, action: &str) -> Reply {
        let version = self.seen_by(client)["version"].clone();
        self.act(client, action, json!({ "version": version }))
    }

    #[track_caller]
    pub fn seen_by(&self, client: &Client) -> Value {
        client.get(&self.path).expect(200).json()
    }

    pub fn below(&self, rest: &str) -> String {
        format!("{}/{rest}", self.path)
    }
}

/// What a party answered, from the visit as seen.
pub fn response(visit: &Value, organisation: OrganisationId) -> String {
    member(visit, organisation, "response")
}

/// A party's word on the report.
pub fn approval(visit: &Value, organisation: OrganisationId) -> String {
    member(visit, organisation, "report_approval")
}

fn member(visit: &Value, organisation: OrganisationId, name: &str) -> String {
    let parties = visit["parties"].as_array().unwrap();
    let own = parties.iter().find(|party| party["organisation_id"] == organisation.to_string());
    own.unwrap()[name].as_str().unwrap_or_default().to_owned()
}
