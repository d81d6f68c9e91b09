//! Access, derived from the OpenAPI document: every operation without a token, with too little right,
//! with a token narrowed too far, and from another organisation. No list of operations is kept here;
//! what is kept is an example of each thing that a path can name, and a path without one fails.

use std::collections::BTreeMap;

use awasir::access::{Right, Rights, Role};
use reqwest::Method;

use crate::support::{self, *};

/// An operation, as the document describes it.
struct Described {
    method: Method,
    path: String,
    rights: Vec<String>,
    has_body: bool,
}

impl Described {
    /// Rights of the table that open it; none where being signed in is enough.
    fn opened_by(&self) -> Vec<Right> {
        self.rights.iter().filter_map(|right| right.parse().ok()).collect()
    }

    fn reads(&self) -> bool {
        self.method == Method::GET
    }

    /// A request of it for the things of these examples.
    fn request(&self, client: &Client, examples: &Examples) -> support::client::Request {
        let request = client.request(self.method.clone(), &examples.fill(&self.path));
        let request = if self.has_body { request.json(&json!({})) } else { request };
        if self.method == Method::PATCH || self.method == Method::DELETE {
            request.if_match("*")
        } else {
            request
        }
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn document() -> Value {
    serde_json::from_str(awasir::routes::openapi_json()).unwrap()
}

/// Every operation that is not open to anyone.
fn guarded() -> Vec<Described> {
    let document = document();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(rights) = operation["x-permission"].as_array() else { continue };
            found.push(Described {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                rights: rights.iter().map(|right| right.as_str().unwrap().to_owned()).collect(),
                has_body: operation.get("requestBody").is_some(),
            });
        }
    }
    found
}

/// An example of everything that a path can name, all of them organisation A's own.
struct Examples(BTreeMap<String, String>);

/// Where things stand that everybody in the network may see, or that are the caller's own.
const SEEN_BY_ALL: [&str; 2] = ["/v1/communities/{id}", "/v1/organisations/{id}"];

impl Examples {
    /// Makes one for every path that isn't open to anyone.
    fn of(world: &World) -> Self {
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
            "/v1/visits/{id}" => {
                let body = json!({
                    "purposes": ["friendly"], "schedule": {"date": date}, "title": {"ar": "زيارة سرية"},
                    "parties": [
                        {"organisation_id": a, "side": "visitor"}, {"organisation_id": b, "side": "host"},
                    ],
                });
                writer.post("/v1/visits", body).expect(201).id()
            }
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
                let visit = self.fill("/v1/visits/{id}/commitments");
                let body = json!({"kind": "other", "strength": "discussed", "description": {"ar": "وعد"}});
                writer.post(&visit, body).expect(201).id()
            }
            other => panic!("{other} names a thing of which there is no example: add one in access.rs"),
        }
    }

    /// A path with its parameters filled in.
    fn fill(&self, path: &str) -> String {
        let (mut prefix, mut filled) = (String::new(), String::new());
        for part in path.split('/').skip(1) {
            prefix = format!("{prefix}/{part}");
            let value = self.0.get(&prefix).map_or(part, String::as_str);
            filled = format!("{filled}/{value}");
        }
        filled
    }

    /// Those that only organisation A may see.
    fn private(&self) -> impl Iterator<Item = &String> {
        self.0.iter().filter(|(prefix, _)| !SEEN_BY_ALL.contains(&prefix.as_str())).map(|(_, id)| id)
    }
}

#[test]
fn every_operation_says_who_may() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let public = operation["x-public"] == true;
            let rights = operation["x-permission"].as_array().cloned().unwrap_or_default();
            assert!(
                public == rights.is_empty(),
                "{method} {path} says neither or both of x-public, x-permission"
            );
            for right in rights {
                let right = right.as_str().unwrap();
                let known = ["self", "signed-in"].contains(&right) || right.parse::<Right>().is_ok();
                assert!(known, "{method} {path}: there is no right {right}");
            }
        }
    }
}

on_both_engines! {
    fn without_a_token_401(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let reply = operation.request(&world.stranger, &examples).problem("unauthenticated").expect(401);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{reply}");
            operation.request(&world.stranger.with_token("x"), &examples).problem("invalid-token").expect(401);
        }
    }

    fn with_too_little_right_403(world: World) {
        let examples = Examples::of(&world);
        let nobody = support::world::person(&world.server, "nobody@example.org", false);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() {
                continue;
            }
            let lacking = Role::ALL.iter().filter(|role| rights.iter().all(|right| !role.rights().contains(*right)));
            let mut callers: Vec<&Client> = lacking.map(|role| world.a.with(*role)).collect();
            callers.push(&nobody);
            if !rights.iter().any(|right| Rights::NETWORK_ADMIN.contains(*right) || right.over_all().is_some()) {
                callers.push(&world.network_admin);
            }
            for caller in callers {
                let reply = operation.request(caller, &examples).problem("forbidden").expect(403);
                let required = &reply.json()["required_permission"];
                assert!(rights.iter().any(|right| *required == right.as_str()), "{reply}");
            }
        }
    }

    fn with_a_token_narrowed_too_far_403(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() {
                continue;
            }
            let others: Rights = Right::ALL.iter().copied().filter(|right| !rights.contains(right)).collect();
            let narrowed = world.a.admin.narrowed(others);
            operation.request(&narrowed, &examples).problem("forbidden").expect(403);
        }
    }

    /// Another organisation's admin, who holds every right there: not seen (404), or seen and not theirs (403).
    fn from_another_organisation(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() || !operation.path.contains('{') {
                continue;
            }
            let seen_by_all = SEEN_BY_ALL.contains(&operation.path.as_str());
            let reply = operation.request(&world.b.admin, &examples).send();
            if seen_by_all && operation.reads() {
                reply.expect(200);
                continue;
            }
            // The one list of communities is everybody's.
            if operation.path.starts_with("/v1/communities") {
                assert!([200, 422].contains(&reply.status), "{reply}");
                continue;
            }
            // The organisation itself is seen, so what its own may do with it is forbidden; what stands
            // below it isn't seen.
            let below = ["contact", "members", "invitations", "admin-invitation", "reciprocity"].iter().any(|name| {
                operation.path.starts_with(&format!("/v1/organisations/{{id}}/{name}"))
            });
            let held = rights.iter().any(|right| Role::Admin.rights().contains(*right));
            let on_itself = operation.path.starts_with("/v1/organisations/{id}") && !(below && held);
            let expected = if on_itself { 403 } else { 404 };
            assert_eq!(reply.status, expected, "{}: {reply}", operation.name());
        }
    }

    fn nothing_of_another_organisation_in_a_list(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded().iter().filter(|one| one.reads() && !one.path.contains('{')) {
            let admin = Role::Admin.rights();
            for (stranger, held) in [(&world.b.admin, admin), (&world.network_admin, Rights::NETWORK_ADMIN)] {
                let reply = operation.request(stranger, &examples).send();
                let rights = operation.opened_by();
                if rights.is_empty() || rights.iter().any(|right| held.contains(*right)) {
                    assert_eq!(reply.status, 200, "{}: {reply}", operation.name());
                }
                let text = reply.text();
                for id in examples.private() {
                    assert!(!text.contains(id.as_str()), "{}: {reply}", operation.name());
                }
            }
        }
    }

    /// Ids that name nothing are answered as those that may not be seen.
    fn what_is_not_there_is_404(world: World) {
        for operation in guarded().iter().filter(|one| one.path.contains('{')) {
            let id = "01890a5d-ac96-774b-bcce-b302099a8057";
            let parts = operation.path.split('/').map(|part| if part.starts_with('{') { id } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let request = world.a.admin.request(operation.method.clone(), &path).if_match("*");
            let request = if operation.has_body { request.json(&json!({})) } else { request };
            let reply = request.send();
            let network = operation.opened_by().iter().all(|right| Rights::NETWORK_ADMIN.contains(*right));
            // What revokes is 204 again when repeated, and says nothing of what was there.
            let revokes = operation.method == Method::DELETE && reply.status == 204;
            let expected = if network && !operation.opened_by().is_empty() { 403 } else { 404 };
            assert!(reply.status == expected || revokes, "{}: {reply}", operation.name());
        }
    }
}
