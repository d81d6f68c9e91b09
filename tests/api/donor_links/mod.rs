//! Donor links: offered and accepted, the contact read by leave, what is pledged and what comes.

mod consent;
mod giving;
mod inbox;
mod input;
mod own;
mod programme;
mod races;
mod refusals;
mod road;
mod seen;

use crate::donors::{known, secret};
use crate::programmes::Three;
use crate::support::world::Organisation;
use crate::support::*;

pub const LINKS: &str = "/v1/donor-links";

/// A donor link that can be moved along. A introduces, B benefits.
pub struct Link {
    pub path: String,
}

/// A project of an organisation's that the network sees.
#[track_caller]
pub fn project(of: &Organisation) -> String {
    let body = json!({
        "title": {"ar": "بئر القرية", "en": "The village well"}, "status": "seeking_support", "visibility": "network",
        "budget": {"amount": "1000000", "currency": "SDG"},
    });
    of.coordinator.post("/v1/projects", body).expect(201).id()
}

#[track_caller]
pub fn donor(of: &Organisation, body: Value) -> String {
    of.coordinator.post("/v1/donors", body).expect(201).id()
}

/// What is sent to offer a new donor of A's for a new project of B's.
pub fn offer(three: &Three) -> Value {
    json!({
        "donor_id": donor(three.a(), secret()), "beneficiary_organisation_id": three.b().id,
        "project_id": project(three.b()), "message": ar("قد يعينكم على البئر"),
    })
}

impl Link {
    #[track_caller]
    pub fn made(by: &Client, body: Value) -> Self {
        Self { path: format!("{LINKS}/{}", by.post(LINKS, body).expect(201).id()) }
    }

    #[track_caller]
    pub fn offered(three: &Three) -> Self {
        Self::made(&three.a().coordinator, offer(three))
    }

    #[track_caller]
    pub fn accepted(three: &Three) -> Self {
        let link = Self::offered(three);
        link.act(&three.b().coordinator, "accept", json!({})).expect(200);
        link
    }

    #[track_caller]
    pub fn introduced(three: &Three) -> Self {
        let link = Self::accepted(three);
        link.act(&three.a().coordinator, "introduce", json!({})).expect(200);
        link
    }

    /// In any stage.
    #[track_caller]
    pub fn in_stage(three: &Three, stage: &str) -> Self {
        let (a, b) = (&three.a().coordinator, &three.b().coordinator);
        let link = match stage {
            "offered" | "declined" => Self::offered(three),
            "accepted" => Self::accepted(three),
            _ => Self::introduced(three),
        };
        match stage {
            "declined" => drop(link.act(b, "decline", json!({})).expect(200)),
            "in_discussion" => drop(link.act(b, "advance", json!({"to": "in_discussion"})).expect(200)),
            "pledged" => drop(link.pledge(a, money("500", "SDG"))),
            "funded" => drop(link.receive(b, money("500", "SDG"))),
            "closed" => {
                link.receive(b, money("500", "SDG"));
                link.act(a, "close", json!({})).expect(200);
            }
            "ended" => drop(link.act(a, "end", json!({"reason": ar("انقطع")})).expect(200)),
            _ => {}
        }
        assert_eq!(link.stage(a), stage);
        link
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
    pub fn stage(&self, client: &Client) -> String {
        self.seen_by(client)["stage"].as_str().unwrap().to_owned()
    }

    /// Records a pledge; its path.
    #[track_caller]
    pub fn pledge(&self, by: &Client, body: Value) -> String {
        let body = with(body, json!({"pledged_on": "2026-03-01"}));
        format!("{}/{}", self.below("pledges"), by.post(&self.below("pledges"), body).expect(201).id())
    }

    /// Records what came.
    #[track_caller]
    pub fn receive(&self, by: &Client, body: Value) -> Value {
        self.try_receive(by, body).expect(201).json()
    }

    pub fn try_receive(&self, by: &Client, body: Value) -> Reply {
        by.post(&self.below("disbursements"), with(json!({"received_on": "2026-04-01"}), body)).send()
    }

    pub fn take_back(&self, by: &Client, what: &Value) -> Reply {
        by.post(&self.below("disbursements"), json!({"reverses": what["id"]})).send()
    }
}

pub fn money(amount: &str, currency: &str) -> Value {
    json!({"money": {"amount": amount, "currency": currency}})
}

pub fn goods(quantity: &str, unit: &str) -> Value {
    json!({"quantity": quantity, "unit": unit, "description": ar("ذرة")})
}

/// An object with the members of another.
pub fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The id at the end of a path.
pub fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// All that the journal keeps of values.
pub fn journaled(server: &TestServer) -> String {
    use awasir::db::schema::journal_values;
    use awasir::types::Json;
    use diesel::prelude::*;
    let all: Vec<Json<Value>> =
        server.look(|db| journal_values::table.select(journal_values::field_values).load(db).unwrap());
    all.iter().map(|one| one.as_text().to_owned()).collect::<Vec<_>>().join("\n")
}
