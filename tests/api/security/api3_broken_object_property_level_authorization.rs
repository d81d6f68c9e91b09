//! API3:2023 Broken object property level authorization: nobody sets what the server keeps, and nobody is shown what is not
//! theirs in a thing that is.
//!
//! Shown elsewhere: `bad_input::every_field_of_every_body` (unknown members), `programmes::seen`, `projects::seen`, `visits::seen`
//! (what outsiders get of a thing), `donors::seen` and `donor_links::consent` (names and contacts), and at every answer of every
//! test that it has no donor's contact (`support::client`). Here: what the server keeps, by name, in every body; and that nothing
//! that proves who somebody is stands in any answer.

use awasir::db::schema::{access_tokens, invitations, sealed_secrets, sessions, signing_keys, users};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use diesel::prelude::*;

use super::*;
use crate::support::document::{Described, document, guarded, operations};
use crate::support::examples::Examples;

/// What no client sets, whatever the thing: kept by the server, or another operation's to change.
const KEPT: [&str; 44] = [
    "organisation_id",
    "owner_id",
    "owner_role",
    "created_by",
    "created_by_organisation_id",
    "invited_by",
    "user_id",
    "state",
    "status",
    "stage",
    "role",
    "roles",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "erased_at",
    "revoked_at",
    "orphaned_at",
    "accepted_at",
    "signed_at",
    "epoch",
    "network_role",
    "network_admin",
    "is_admin",
    "admin",
    "permissions",
    "permissions_in_force",
    "memberships",
    "password_hash",
    "password_temporary",
    "password_change_required",
    "digest",
    "secret",
    "prefix",
    "last_four",
    "last_used_at",
    "last_used_from",
    "terms_digest",
    "allowed_actions",
    "seq",
    "introducer_organisation_id",
    "__proto__",
    "constructor",
];

/// The members that a body may have.
fn members(operation: &Described) -> Vec<String> {
    let schema = operation.body().unwrap();
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    schema["properties"].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

/// All that proves who somebody is, as it stands in the tables: in hexadecimal and in base64, and hashes as they are.
fn proofs(server: &TestServer) -> Vec<String> {
    let (mut bytes, hashes): (Vec<Vec<u8>>, Vec<Option<String>>) = server.look(|db| {
        let mut all: Vec<Vec<u8>> = sessions::table.select(sessions::refresh_digest).load(db).unwrap();
        all.extend(access_tokens::table.select(access_tokens::digest).load::<Vec<u8>>(db).unwrap());
        all.extend(invitations::table.select(invitations::token_digest).load::<Vec<u8>>(db).unwrap());
        all.extend(invitations::table.select(invitations::code_digest).load::<Vec<u8>>(db).unwrap());
        all.extend(signing_keys::table.select(signing_keys::sealed).load::<Vec<u8>>(db).unwrap());
        all.extend(sealed_secrets::table.select(sealed_secrets::sealed).load::<Vec<u8>>(db).unwrap());
        (all, users::table.select(users::password_hash).load(db).unwrap())
    });
    // The tests' sessions are known by their ids, which answers may have.
    bytes.retain(|one| one.len() > 16);
    let forms = |one: &Vec<u8>| {
        let hex: String = one.iter().map(|byte| format!("{byte:02x}")).collect();
        [hex, STANDARD_NO_PAD.encode(one), URL_SAFE_NO_PAD.encode(one)]
    };
    let hashes = hashes.into_iter().flatten().chain(["$argon2".to_owned(), "awasir_rt_".to_owned()]);
    bytes.iter().flat_map(forms).chain(hashes).collect()
}

on_both_engines! {
    /// Each of those names in each body is refused where it stands: unknown, or not to be changed.
    fn what_the_server_keeps(world: World) {
        let examples = Examples::of(&world);
        let machine = machine_of(&world, &world.a, "admin");
        let partner = examples.partner().cloned();
        let mut findings = Findings::default();
        for operation in operations().iter().filter(|one| one.body().is_some()) {
            let known = members(operation);
            let kept: Vec<&str> = KEPT.iter().copied().filter(|name| !known.iter().any(|one| one == name)).collect();
            let body: serde_json::Map<String, Value> = kept.iter().map(|name| ((*name).to_owned(), json!(NOBODY))).collect();
            let callers = [Some(&world.a.admin), Some(&world.network_admin), Some(&world.stranger), partner.as_ref(), Some(&machine)];
            let mut looked_at = 0;
            for client in callers.into_iter().flatten() {
                let request = operation.bare(client, &examples.fill(&operation.path));
                // Whichever version it is, so that what is said is looked at.
                let acts = operation.method == reqwest::Method::POST && operation.takes("header", "If-Match");
                let request = if acts { request.if_match("*") } else { request };
                let reply = request.json(&Value::Object(body.clone())).send();
                findings.expect(!(200..300).contains(&reply.status), || format!("{}: {reply}", operation.name()));
                // Who may not do it at all is told so first.
                if reply.status != 422 || reply.json()["code"] != "validation-failed" {
                    continue;
                }
                looked_at += 1;
                for name in &kept {
                    let pointer = format!("/{name}");
                    let refused = reply.errors().iter().any(|(at, code)| *at == pointer && ["unknown-field", "read-only"].contains(&code.as_str()));
                    findings.expect(refused, || format!("{}: {name} is not refused: {reply}", operation.name()));
                }
            }
            findings.expect(looked_at > 0, || format!("{}: nobody's body is looked at", operation.name()));
        }
        findings.settle(3_000);
    }

    /// A thing given with all its own members, the kept ones altered: each is read-only, and the thing is as it was.
    fn what_a_thing_says_of_itself(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        let patches = operations().into_iter().filter(|one| one.method == reqwest::Method::PATCH);
        for operation in patches.filter(|one| guarded().iter().any(|read| read.reads() && read.path == one.path)) {
            let path = examples.fill(&operation.path);
            let before = world.a.admin.get(&path).send();
            if before.status != 200 {
                continue;
            }
            let known = members(&operation);
            for (name, value) in before.json().as_object().unwrap().iter().filter(|(name, _)| !known.contains(*name)) {
                let other = match value {
                    Value::Bool(one) => json!(!one),
                    Value::Number(_) => json!(4711),
                    Value::String(_) => json!(NOBODY),
                    Value::Array(_) => json!([NOBODY]),
                    _ => json!({"x": 1}),
                };
                let reply = world.a.admin.patch(&path, json!({name: other})).if_match("*").send();
                let refused = reply.status == 422 && reply.errors().iter().any(|(at, _)| at.starts_with(&format!("/{name}")));
                findings.expect(refused, || format!("{} {name}: {reply}", operation.name()));
            }
            // What depends on the moment aside, it is what it was.
            let after = world.a.admin.get(&path).expect(200);
            findings.expect(before.json()["version"] == after.json()["version"], || format!("{path} was changed: {after}"));
        }
        findings.settle(60);
    }

    /// Whatever is read, by whomever: no digest, no hash, nothing sealed, and no secret that is shown once.
    fn nothing_that_proves_who_somebody_is(world: World) {
        let examples = Examples::of(&world);
        let token = token_of(&world, &world.a, "admin", json!({}));
        let secret = token["secret"].as_str().unwrap().to_owned();
        let machine = machine(&world, &token);
        let mut proofs = proofs(&world.server);
        assert!(proofs.len() > 30, "{}", proofs.len());
        proofs.push(secret);
        let mut findings = Findings::default();
        for operation in operations().iter().filter(|one| one.reads()) {
            for client in [&world.a.admin, &machine, &world.network_admin, &world.stranger] {
                let reply = operation.bare(client, &examples.fill(&operation.path)).try_send().unwrap();
                let text = reply.text();
                // The contract in words says how they begin.
                let words = ["/openapi.json", "/docs", "/docs/{file}", "/"].contains(&operation.path.as_str());
                let found = proofs.iter().find(|proof| text.contains(proof.as_str())).filter(|_| !words);
                findings.expect(found.is_none(), || format!("{}: {found:?} stands in {reply}", operation.name()));
            }
        }
        findings.settle(200);
    }
}
