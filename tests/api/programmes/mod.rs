//! Shared programmes: signed by every partner, changed with everybody's word, carried out.

mod activities;
mod arising;
mod carried;
mod contributions;
mod indicators;
mod input;
mod partners;
mod progress;
mod races;
mod road;
mod seen;
mod summary;
mod terms;

use crate::support::world::{Organisation, organisation};
use crate::support::*;

pub const PROGRAMMES: &str = "/v1/programmes";

/// Three organisations; the third is no party of the world's own.
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

    /// Led by A, with B.
    pub fn draft(&self) -> Value {
        draft(&[(self.a(), "lead"), (self.b(), "implementing")])
    }

    /// The network's admin decides on an organisation.
    #[track_caller]
    pub fn decide(&self, organisation: &Organisation, action: &str) {
        let reason = json!({"reason": ar("قرار")});
        self.world.network_admin.post(&organisation.path(&format!("/{action}")), reason).expect(200);
        for client in
            [&organisation.viewer, &organisation.contributor, &organisation.coordinator, &organisation.admin]
        {
            client.renew();
        }
    }
}

/// A programme of these partners.
pub fn draft(partners: &[(&Organisation, &str)]) -> Value {
    json!({
        "title": {"ar": "برنامج التعليم والصحة"}, "objectives": {"ar": "خدمة المجتمعين"},
        "sectors": ["education", "health"], "community_ids": [],
        "period": {"starts_on": "2025-01-01", "ends_on": "2040-12-31"},
        "budget": [{"amount": "1250000", "currency": "SDG"}, {"amount": "5", "currency": "USD"}],
        "partners": self::partners(partners),
    })
}

pub fn partners(partners: &[(&Organisation, &str)]) -> Value {
    partners.iter().map(|(one, role)| json!({"organisation_id": one.id, "role": role})).collect()
}

/// A programme that can be moved along.
pub struct Plan {
    pub path: String,
}

impl Plan {
    /// Drawn up by this organisation.
    #[track_caller]
    pub fn draft(by: &Organisation, body: Value) -> Self {
        let id = by.contributor.post(PROGRAMMES, body).expect(201).id();
        Self { path: format!("{PROGRAMMES}/{id}") }
    }

    #[track_caller]
    pub fn proposed(by: &Organisation, body: Value) -> Self {
        let plan = Self::draft(by, body);
        plan.act(&by.coordinator, "propose", json!({})).expect(200);
        plan
    }

    /// Signed by these, the first of whom drew it up.
    #[track_caller]
    pub fn agreed(by: &[&Organisation], body: Value) -> Self {
        let plan = Self::proposed(by[0], body);
        by.iter().for_each(|one| {
            plan.sign(&one.admin).expect(200);
        });
        assert_eq!(plan.state(&by[0].viewer), "agreed");
        plan
    }

    #[track_caller]
    pub fn active(by: &[&Organisation], body: Value) -> Self {
        let plan = Self::agreed(by, body);
        plan.act(&by[0].coordinator, "start", json!({})).expect(200);
        plan
    }

    pub fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    pub fn act(&self, client: &Client, action: &str, body: Value) -> Reply {
        client.post(&format!("{}/{action}", self.path), body).send()
    }

    /// Signs what is on the table, or what waits beside it.
    pub fn sign(&self, client: &Client) -> Reply {
        self.act(client, "sign", self.to_sign(client))
    }

    /// What somebody signs of what they see.
    #[track_caller]
    pub fn to_sign(&self, client: &Client) -> Value {
        let seen = self.seen_by(client);
        let waits =
            [&seen["pending_amendment"], &seen["pending_removal"]].into_iter().find(|one| !one.is_null());
        match waits {
            Some(waits) => json!({"revision": waits["revision"], "digest": waits["digest"]}),
            None => json!({"revision": seen["terms_revision"], "digest": seen["terms_digest"]}),
        }
    }

    #[track_caller]
    pub fn seen_by(&self, client: &Client) -> Value {
        client.get(&self.path).expect(200).json()
    }

    #[track_caller]
    pub fn state(&self, client: &Client) -> String {
        self.seen_by(client)["state"].as_str().unwrap().to_owned()
    }

    /// What a partner is in it, as somebody sees it.
    pub fn partner(&self, client: &Client, of: &Organisation) -> Value {
        let seen = self.seen_by(client);
        let own = |one: &&Value| one["organisation_id"] == of.id.to_string();
        seen["partners"].as_array().unwrap().iter().find(own).cloned().unwrap_or_default()
    }
}
