//! An example of each thing that a path can name: the one list that tests derived from the document need. A
//! path without one fails.

use std::collections::BTreeMap;

use awasir::access::Role;
use serde_json::{Value, json};

use super::client::Client;
use super::document::guarded;
use super::world::{World, join, organisation, person};

/// An example of everything that a path can name, all of them organisation A's own.
#[derive(Clone)]
pub struct Examples {
    things: BTreeMap<String, String>,
    partner: Option<Client>,
}

/// Where things stand that everybody in the network may see, or that are the caller's own.
pub const SEEN_BY_ALL: [&str; 2] = ["/v1/communities/{id}", "/v1/organisations/{id}"];

impl Examples {
    /// Makes one for every path that isn't open to anyone.
    pub fn of(world: &World) -> Self {
        let mut examples = Self { things: BTreeMap::new(), partner: None };
        for path in guarded().into_iter().map(|operation| operation.path) {
            let mut prefix = String::new();
            for part in path.split('/').skip(1) {
                prefix = format!("{prefix}/{part}");
                if part.starts_with('{') && !examples.things.contains_key(&prefix) {
                    let example = examples.make(world, &prefix);
                    examples.things.insert(prefix.clone(), example);
                }
            }
        }
        examples
    }

    /// Makes the thing that a path's beginning names. A new kind of thing needs a line here.
    fn make(&mut self, world: &World, prefix: &str) -> String {
        let below = |rest: &str| self.fill(prefix.strip_suffix(rest).unwrap());
        let date = "2030-01-02";
        let (a, b, writer) = (world.a.id, world.b.id, &world.a.coordinator);
        let item = |rest: &str, body: Value| writer.post(&below(rest), body).expect(201).id();
        let visit = || {
            let body = json!({
                "purposes": ["friendly"], "schedule": {"date": date}, "title": {"ar": "زيارة سرية"},
                "parties": [{"organisation_id": a, "side": "visitor"}, {"organisation_id": b, "side": "host"}],
            });
            writer.post("/v1/visits", body).expect(201).id()
        };
        match prefix {
            "/v1/communities/{id}" => {
                let body = json!({"name": {"ar": "قرية المثال"}, "country": "SD", "confirm_new": true});
                world.a.contributor.post("/v1/communities", body).expect(201).id()
            }
            "/v1/organisations/{id}" => a.to_string(),
            "/v1/organisations/{id}/members/{member_id}" => world.a.members[&Role::Viewer].to_string(),
            "/v1/organisations/{id}/invitations/{invitation_id}" => {
                let body = json!({"email": "new@wadi.example", "role": "viewer", "name": {"ar": "آمنة"}});
                world.a.admin.post(&world.a.path("/invitations"), body).expect(201).id()
            }
            "/v1/me/sessions/{session_id}" => {
                world.a.admin.get("/v1/me/sessions").expect(200).data()[0]["id"].as_str().unwrap().to_owned()
            }
            "/v1/access-tokens/{id}" => access_token(world),
            "/v1/sessions/{session_id}" => {
                let of_viewer = format!("/v1/sessions?user_id={}", world.a.viewer.user());
                world.network_admin.get(&of_viewer).expect(200).data()[0]["id"].as_str().unwrap().to_owned()
            }
            "/v1/users/{id}" => world.a.viewer.user().to_string(),
            "/v1/visits/{id}" => visit(),
            "/v1/visits/{id}/delegates/{item_id}" => {
                item("/{item_id}", json!({"organisation_id": a, "side": "visitor", "name": {"ar": "عمر"}}))
            }
            "/v1/visits/{id}/agenda/{item_id}" => {
                item("/{item_id}", json!({"kind": "reception", "title": {"ar": "استقبال"}}))
            }
            "/v1/visits/{id}/discussions/{item_id}" => {
                item("/{item_id}", json!({"topic": "media", "summary": {"ar": "نقاش"}}))
            }
            "/v1/visits/{id}/commitments/{item_id}" => item(
                "/{item_id}",
                json!({"kind": "other", "strength": "discussed", "description": {"ar": "وعد"}}),
            ),
            "/v1/commitments/{id}" => {
                let body = json!({"kind": "other", "strength": "discussed", "description": {"ar": "وعد"}});
                writer.post(&format!("/v1/visits/{}/commitments", visit()), body).expect(201).id()
            }
            "/v1/programmes/{id}" => {
                let (id, partner) = shared_programme(world);
                self.partner = Some(partner);
                id
            }
            "/v1/programmes/{id}/activities/{item_id}" => item(
                "/{item_id}",
                json!({"title": {"ar": "نشاط"}, "sector": "health", "led_by_organisation_id": a}),
            ),
            "/v1/programmes/{id}/activities/{item_id}/progress/{entry_id}" => {
                let period = json!({"starts_on": "2025-01-01", "ends_on": "2025-01-31"});
                item("/{entry_id}", json!({"period": period, "reached": {"women": 7}}))
            }
            "/v1/programmes/{id}/contributions/{item_id}" => {
                let money = json!({"amount": "100", "currency": "SDG"});
                item("/{item_id}", json!({"kind": "cash", "money": money}))
            }
            "/v1/programmes/{id}/indicators/{item_id}" => {
                item("/{item_id}", json!({"title": {"ar": "مؤشر"}, "measure": "unit"}))
            }
            "/v1/programmes/{id}/terms/{revision}" => "1".to_owned(),
            "/v1/projects/{id}" => {
                writer.post("/v1/projects", json!({"title": {"ar": "مشروع سري"}})).expect(201).id()
            }
            "/v1/projects/{id}/receipts/{item_id}" => {
                let money = json!({"amount": "50000", "currency": "SDG"});
                item("/{item_id}", json!({"money": money, "source": "subscriptions"}))
            }
            "/v1/trace/{type}" => "visit".to_owned(),
            "/v1/trace/{type}/{id}" => visit(),
            "/v1/donor-links/{id}" => own_link(world),
            "/v1/donor-links/{id}/pledges/{item_id}" => {
                let money = json!({"amount": "100", "currency": "SDG"});
                item("/{item_id}", json!({"money": money, "pledged_on": "2025-03-01"}))
            }
            "/v1/donor-links/{id}/disbursements/{item_id}" => {
                let money = json!({"amount": "100", "currency": "SDG"});
                item("/{item_id}", json!({"money": money, "received_on": "2025-03-01"}))
            }
            "/v1/registrations/{id}" => {
                let body = json!({"authority": {"ar": "مفوضية سرية"}, "level": "state", "legal_form": "organisation"});
                world.a.admin.post(&world.a.path("/registrations"), body).expect(201).id()
            }
            "/v1/registrations/{id}/requirements/{item_id}" => {
                let body = json!({"title": {"ar": "النظام الأساسي"}, "state": "ready"});
                world.a.admin.post(&below("/{item_id}"), body).expect(201).id()
            }
            "/v1/registrations/{id}/obligations/{item_id}" => {
                let body = json!({"title": {"ar": "التقرير السنوي"}, "due_on": date, "repeats": "yearly"});
                world.a.admin.post(&below("/{item_id}"), body).expect(201).id()
            }
            "/v1/registrations/{id}/shares/{organisation_id}" => {
                let latin = format!("helper-{}", world.server.app.ids.uuid().simple());
                let helper = organisation(&world.server, "جمعية المعين", &latin).id;
                world
                    .a
                    .admin
                    .put(&format!("{}/{helper}", below("/{organisation_id}")), json!({}))
                    .expect(200);
                helper.to_string()
            }
            "/v1/donors/{id}" => {
                let body = json!({"name": {"ar": "داعم سري"}, "kind": "individual"});
                writer.post("/v1/donors", body).expect(201).id()
            }
            other => {
                panic!("{other} names a thing of which there is no example: add one in support/examples.rs")
            }
        }
    }

    /// The same with another thing in one place.
    #[must_use]
    pub fn with(&self, prefix: &str, id: &str) -> Self {
        let mut examples = self.clone();
        examples.things.insert(prefix.to_owned(), id.to_owned());
        examples
    }

    /// A path with its parameters filled in.
    pub fn fill(&self, path: &str) -> String {
        let (mut prefix, mut filled) = (String::new(), String::new());
        for part in path.split('/').skip(1) {
            prefix = format!("{prefix}/{part}");
            let value = self.things.get(&prefix).map_or(part, String::as_str);
            filled = format!("{filled}/{value}");
        }
        filled
    }

    /// The admin of the organisation that shares A's programme: who may do there what A can't do alone.
    pub fn partner(&self) -> Option<&Client> {
        self.partner.as_ref()
    }

    /// Those that only organisation A may see.
    pub fn private(&self) -> impl Iterator<Item = &String> {
        let named = self.things.iter().filter(|(prefix, _)| !SEEN_BY_ALL.contains(&prefix.as_str()));
        // A revision is a number among others, a type a word; whom something is shared with, an organisation among others.
        let of_others = ["{revision}", "{type}", "{organisation_id}"];
        named.filter(move |(prefix, _)| !of_others.iter().any(|end| prefix.ends_with(end))).map(|(_, id)| id)
    }
}

/// An access token of A whose owner has left: all that is done to one can be done to it.
fn access_token(world: &World) -> String {
    let latin = format!("leaver-{}@wadi.example", world.server.app.ids.uuid().simple());
    let leaver = person(&world.server, &latin, false);
    let member = join(&world.server, &leaver, world.a.id, Role::Admin);
    let expires_at = world.server.app.clock.now().plus(std::time::Duration::from_secs(200 * 24 * 3600));
    let body = json!({"name": "متجر سري", "role": "viewer", "expires_at": expires_at});
    let id = leaver.post(&world.a.path("/access-tokens"), body).expect(201).id();
    world.a.admin.post(&world.a.path(&format!("/members/{member}/end")), json!({})).expect(200);
    id
}

/// A donor of A's own for its own project.
fn own_link(world: &World) -> String {
    let writer = &world.a.coordinator;
    let donor = json!({"name": {"ar": "داعم سري"}, "kind": "individual"});
    let donor = writer.post("/v1/donors", donor).expect(201).id();
    let project = writer.post("/v1/projects", json!({"title": {"ar": "مشروع آخر سري"}})).expect(201).id();
    let body = json!({"donor_id": donor, "beneficiary_organisation_id": world.a.id, "project_id": project});
    writer.post("/v1/donor-links", body).expect(201).id()
}

/// A programme under way that A leads, with the admin of its other partner. What was last done to it is an amendment:
/// of all that is done, that alone is never answered as done already.
fn shared_programme(world: &World) -> (String, Client) {
    let latin = format!("partner-{}", world.server.app.ids.uuid().simple());
    let partner = organisation(&world.server, "جمعية الشريك", &latin);
    let body = json!({
        "title": {"ar": "برنامج سري"}, "objectives": {"ar": "أهداف"}, "sectors": ["education"],
        "period": {"starts_on": "2025-01-01", "ends_on": "2040-12-31"}, "community_ids": [],
        "partners": [
            {"organisation_id": world.a.id, "role": "lead"},
            {"organisation_id": partner.id, "role": "funding"},
        ],
    });
    let admins = [&world.a.admin, &partner.admin];
    let id = world.a.admin.post("/v1/programmes", body).expect(201).id();
    let act = |client: &Client, action: &str, body: Value| {
        client.post(&format!("/v1/programmes/{id}/{action}"), body).expect(200).json()
    };
    let terms = act(admins[0], "propose", json!({}));
    let terms = json!({"revision": terms["terms_revision"], "digest": terms["terms_digest"]});
    admins.iter().for_each(|admin| drop(act(admin, "sign", terms.clone())));
    act(admins[0], "start", json!({}));
    let amended = act(admins[0], "amend", json!({"objectives": {"ar": "أهداف أخرى"}}));
    let waits = &amended["pending_amendment"];
    let terms = json!({"revision": waits["revision"], "digest": waits["digest"]});
    admins.iter().for_each(|admin| drop(act(admin, "sign", terms.clone())));
    (id, partner.admin.clone())
}
