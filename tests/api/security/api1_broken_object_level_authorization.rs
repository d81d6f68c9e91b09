//! API1:2023 Broken object level authorization: nobody reaches a thing by its id alone.
//!
//! Shown elsewhere, for persons and derived from the document: `access::from_another_organisation`,
//! `access::nothing_of_another_organisation_in_a_list`, `access::what_is_not_there_is_404`; by resource: `donors::seen`,
//! `donor_links::seen`, `programmes::seen`, `projects::seen`, `visits::seen`. Here: the same with machines, children below
//! another parent than theirs, and ids of others named in bodies.

use std::collections::BTreeSet;

use super::*;
use crate::support::client::Request;
use crate::support::document::{document, guarded, operations};
use crate::support::examples::{Examples, SEEN_BY_ALL};

/// Those of an operation's path that stand below another thing: `/v1/visits/{id}` of `/v1/visits/{id}/agenda/{item_id}`.
fn prefixes(path: &str) -> Vec<String> {
    let mut prefix = String::new();
    let mut found = Vec::new();
    for part in path.split('/').skip(1) {
        prefix = format!("{prefix}/{part}");
        if part.starts_with('{') {
            found.push(prefix.clone());
        }
    }
    found
}

/// The properties of a body that name things.
fn names_in(schema: &Value) -> Vec<(String, bool)> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let of = |(name, _): &(String, Value)| {
        (name.ends_with("_id") && name != "external_id").then(|| (name.clone(), false)).or_else(|| {
            name.ends_with("_ids").then(|| (name.clone(), true)).filter(|_| name != "external_ids")
        })
    };
    properties.into_iter().filter_map(|property| of(&property)).collect()
}

/// An answer without the ids that were sent.
fn but_for(reply: &Reply, ids: &[&str]) -> (u16, String) {
    let mut text = told(reply).to_string();
    for id in ids {
        text = text.replace(id, "…");
    }
    (reply.status, text)
}

on_both_engines! {
    /// A machine of another organisation gets what its admin gets, or is told that it is no person; with its secret and
    /// with a JWT made of it.
    fn machines_of_another_organisation(world: World) {
        let examples = Examples::of(&world);
        let token = token_of(&world, &world.b, "admin", json!({}));
        let callers = [machine(&world, &token), world.stranger.with_token(&jwt_of(&world.server, &token))];
        let mut findings = Findings::default();
        for operation in guarded().iter().filter(|one| one.path.contains('{')) {
            let person = operation.request(&world.b.admin, &examples).send();
            for machine in &callers {
                let reply = operation.request(machine, &examples).send();
                let same = reply.status == person.status || (reply.status == 403 && reply.json()["code"] == "person-required");
                let signs = reply.status == 403 && reply.json()["required_permission"] == "programmes:sign";
                findings.expect(same || signs, || format!("{}: {reply}\nwhere a person gets\n{person}", operation.name()));
                let open = SEEN_BY_ALL.contains(&operation.path.as_str()) && operation.reads()
                    || operation.path.starts_with("/v1/communities");
                findings.expect(open || !(200..300).contains(&reply.status), || format!("{}: {reply}", operation.name()));
            }
            // For the other organisation it can't act either.
            let acting = operation.request(&callers[0], &examples).acting_for(world.a.id).send();
            let own = is_a_persons(operation) || acting.json()["code"] == "person-required";
            findings.expect(acting.status == 403 || own, || format!("{} for A: {acting}", operation.name()));
        }
        findings.settle(300);
    }

    /// Nothing of A in what B's machine can list.
    fn lists_of_machines(world: World) {
        let examples = Examples::of(&world);
        let machine = machine_of(&world, &world.b, "admin");
        let mut findings = Findings::default();
        for operation in guarded().iter().filter(|one| one.reads() && !one.path.contains('{')) {
            let reply = operation.request(&machine, &examples).send();
            let known = reply.status == 200 || reply.status == 403 || operation.path.contains("/search");
            findings.expect(known, || format!("{}: {reply}", operation.name()));
            let text = reply.text();
            findings.expect(examples.private().all(|id| !text.contains(id.as_str())), || format!("{}: {reply}", operation.name()));
        }
        findings.settle(20);
    }

    /// A child is found below its own parent only, also by who may see both.
    fn children_below_another_parent(world: World) {
        let (one, other) = (Examples::of(&world), Examples::of(&world));
        let mut findings = Findings::default();
        // What both have: words, numbers, and who helps.
        let not_children = ["{revision}", "{type}", "{organisation_id}"];
        for operation in guarded() {
            let prefixes = prefixes(&operation.path);
            let [.., parent, child] = prefixes.as_slice() else { continue };
            if not_children.iter().any(|end| child.ends_with(end)) || parent.ends_with("{type}") || parent.starts_with("/v1/organisations") {
                continue;
            }
            let mixed = one.with(child, other.fill(child).rsplit('/').next().unwrap());
            let reply = operation.request(&world.a.admin, &mixed).send();
            // A deletion that is repeated would be answered 204; nothing may be gone by it.
            findings.expect(reply.status == 404, || format!("{}: {reply}", operation.name()));
            if operation.reads() {
                let still = operation.request(&world.a.admin, &other).send();
                findings.expect(still.status == 200, || format!("{} of its own: {still}", operation.name()));
            }
        }
        findings.settle(25);
    }

    /// Who names in a body what they may not see is told what they are told of an id that names nothing.
    fn ids_of_others_in_bodies(world: World) {
        let examples = Examples::of(&world);
        let private: BTreeSet<&String> = examples.private().collect();
        let of_b = machine_of(&world, &world.b, "admin");
        let mut findings = Findings::default();
        let none = world.server.app.ids.uuid().to_string();
        for operation in operations().iter().filter(|one| one.body().is_some() && !one.path.contains('{')) {
            for (name, many) in names_in(operation.body().unwrap()) {
                let body = |id: &str| if many { json!({&name: [id]}) } else { json!({&name: id}) };
                let post = |client: &Client, id: &str| {
                    let request: Request = operation.bare(client, &operation.path);
                    request.json(&body(id)).send()
                };
                for client in [&world.b.admin, &of_b] {
                    let unknown = but_for(&post(client, &none), &[&none]);
                    for id in &private {
                        let reply = post(client, id);
                        let told = but_for(&reply, &[id.as_str()]);
                        findings.expect(told == unknown, || format!("{} {name}: {told:?}\nand of nothing\n{unknown:?}", operation.name()));
                    }
                }
            }
        }
        findings.settle(100);
    }
}
