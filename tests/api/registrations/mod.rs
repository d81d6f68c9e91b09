//! Registration dossiers: their road, what the days make of them, who helps, what follows.

mod arising;
mod changes;
mod days;
mod inbox;
mod input;
mod obligations;
mod road;
mod sharing;

use std::time::Duration;

use awasir::types::{CalendarDate, TimeZoneName};

use crate::support::world::{Organisation, organisation};
use crate::support::*;

pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The day so many days from today, in the network's zone.
pub fn day(world: &World, off: i32) -> CalendarDate {
    let zone: TimeZoneName = world.server.app.settings.time_zone.parse().unwrap();
    zone.today_in_zone(world.server.app.clock.now()).plus_days(off).unwrap()
}

/// Three organisations; the third helps with nothing of itself.
pub struct Three {
    pub world: World,
    pub c: Organisation,
}

impl OnEngine for Three {
    fn on(engine: Engine) -> Self {
        let world = World::start(engine);
        let c = organisation(&world.server, "مؤسسة السنابل", "sanabil");
        Self { world, c }
    }
}

impl Three {
    pub fn a(&self) -> &Organisation {
        &self.world.a
    }

    pub fn b(&self) -> &Organisation {
        &self.world.b
    }

    /// The network's admin decides on an organisation.
    #[track_caller]
    pub fn decide(&self, organisation: &Organisation, action: &str) {
        let reason = json!({"reason": ar("قرار")});
        self.world.network_admin.post(&organisation.path(&format!("/{action}")), reason).expect(200);
        for client in [&organisation.viewer, &organisation.coordinator, &organisation.admin] {
            client.renew();
        }
    }
}

pub fn body() -> Value {
    json!({"authority": {"ar": "مفوضية العون الإنساني", "en": "Humanitarian Aid Commission"}, "level": "state",
        "legal_form": "organisation"})
}

/// A dossier that can be moved along.
pub struct Dossier {
    pub path: String,
}

impl Dossier {
    #[track_caller]
    pub fn begun(by: &Organisation, body: Value) -> Self {
        let id = by.admin.post(&by.path("/registrations"), body).expect(201).id();
        Self { path: format!("/v1/registrations/{id}") }
    }

    #[track_caller]
    pub fn under_review(by: &Organisation, body: Value) -> Self {
        let dossier = Self::begun(by, body);
        dossier.act(&by.admin, "submit", json!({})).expect(200);
        dossier.act(&by.admin, "review", json!({})).expect(200);
        dossier
    }

    /// Registered until this day.
    #[track_caller]
    pub fn registered(by: &Organisation, until: Option<CalendarDate>) -> Self {
        let dossier = Self::under_review(by, body());
        dossier.act(&by.admin, "register", json!({"number": "HAC/12", "expires_on": until})).expect(200);
        dossier
    }

    pub fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    pub fn below(&self, rest: &str) -> String {
        format!("{}/{rest}", self.path)
    }

    pub fn act(&self, client: &Client, action: &str, body: Value) -> Reply {
        client.post(&self.below(action), body).send()
    }

    #[track_caller]
    pub fn seen_by(&self, client: &Client) -> Value {
        client.get(&self.path).expect(200).json()
    }

    #[track_caller]
    pub fn status(&self, client: &Client) -> String {
        self.seen_by(client)["status"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn share(&self, by: &Organisation, with: &Organisation) {
        by.admin.put(&self.below(&format!("shares/{}", with.id)), json!({})).expect(200);
    }
}

/// The dossiers that an organisation's list has.
#[track_caller]
pub fn listed(by: &Organisation, query: &str) -> Vec<String> {
    by.coordinator.get(&by.path(&format!("/registrations{query}"))).expect(200).ids()
}
