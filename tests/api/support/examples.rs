//! An example of each thing that a path can name: the one list that tests derived from the document need. A
//! path without one fails.

use std::collections::BTreeMap;

use awasir::access::Role;
use serde_json::{Value, json};

use super::document::guarded;
use super::world::World;

/// An example of everything that a path can name, all of them organisation A's own.
#[derive(Clone)]
pub struct Examples(BTreeMap<String, String>);

/// Where things stand that everybody in the network may see, or that are the caller's own.
pub const SEEN_BY_ALL: [&str; 2] = ["/v1/communities/{id}", "/v1/organisations/{id}"];

impl Examples {
    /// Makes one for every path that isn't open to anyone.
    pub fn of(world: &World) -> Self {
        let mut examples = Self(BTreeMap::new());
        for path in guarded().into_iter().map(|operation| operation.path) {
            let mut prefix = String::new();
            for part in path.split('/').skip(1) {
                prefix = format!("{prefix}/{part}");
                if part.starts_with('{') && !examples.0.contains_key(&prefix) {
                    let example = examples.make(world, &prefix);
                    examples.0.insert(prefix.clone(), example);
                }
            }
        }
        examples
    }

    /// Makes the thing that a path's beginning names. A new kind of thing needs a line here.
    fn make(&self, world: &World, prefix: &str) -> String {
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
                let body = json!({"name": {"ar": "قرية المثال"}, "country": "SD"});
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
                let body = json!({
                    "title": {"ar": "برنامج سري"}, "objectives": {"ar": "أهداف"}, "sectors": ["education"],
                    "period": {"starts_on": "2030-01-01", "ends_on": "2030-12-31"}, "community_ids": [],
                    "partners": [{"organisation_id": a, "role": "lead"}, {"organisation_id": b, "role": "funding"}],
                });
                writer.post("/v1/programmes", body).expect(201).id()
            }
            "/v1/programmes/{id}/terms/{revision}" => "1".to_owned(),
            other => {
                panic!("{other} names a thing of which there is no example: add one in support/examples.rs")
            }
        }
    }

    /// The same with another thing in one place.
    #[must_use]
    pub fn with(&self, prefix: &str, id: &str) -> Self {
        let mut examples = self.0.clone();
        examples.insert(prefix.to_owned(), id.to_owned());
        Self(examples)
    }

    /// A path with its parameters filled in.
    pub fn fill(&self, path: &str) -> String {
        let (mut prefix, mut filled) = (String::new(), String::new());
        for part in path.split('/').skip(1) {
            prefix = format!("{prefix}/{part}");
            let value = self.0.get(&prefix).map_or(part, String::as_str);
            filled = format!("{filled}/{value}");
        }
        filled
    }

    /// Those that only organisation A may see.
    pub fn private(&self) -> impl Iterator<Item = &String> {
        let named = self.0.iter().filter(|(prefix, _)| !SEEN_BY_ALL.contains(&prefix.as_str()));
        // A revision is a number among others.
        named.filter(|(prefix, _)| !prefix.ends_with("{revision}")).map(|(_, id)| id)
    }
}
