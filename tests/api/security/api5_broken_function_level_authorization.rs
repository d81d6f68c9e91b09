//! API5:2023 Broken function level authorization: what an operation asks for is asked of every caller.
//!
//! Shown elsewhere, for persons and derived from the document: `access::with_too_little_right_403`,
//! `access::with_a_token_narrowed_too_far_403`, `openapi::every_path_has_its_methods_and_no_others`; `access_tokens::standing` (tokens follow
//! their owners down). Here: machines of every role, machines that lack the one right, what is a person's alone, and what a
//! machine must not make of its rights.

use std::collections::BTreeMap;

use awasir::access::{Right, Rights, Role};
use awasir::access_tokens::rules::given_by;
use awasir::db::schema::users;
use diesel::prelude::*;

use super::*;
use crate::support::document::guarded;
use crate::support::examples::Examples;

on_both_engines! {
    fn machines_of_a_role_that_lacks_the_right(world: World) {
        let examples = Examples::of(&world);
        let machines: Vec<(Role, Client)> =
            Role::ALL.iter().map(|role| (*role, machine_of(&world, &world.a, role.as_str()))).collect();
        let mut findings = Findings::default();
        for operation in guarded() {
            let rights = operation.opened_by();
            let lacking = |role: Role| !rights.is_empty() && rights.iter().all(|right| !given_by(role).contains(*right));
            for (role, machine) in machines.iter().filter(|(role, _)| lacking(*role)) {
                let reply = operation.request(machine, &examples).send();
                let required = &reply.json()["required_permission"];
                let named = rights.iter().any(|right| *required == right.as_str()) || operation.is_oneselfs_too();
                findings.expect(reply.status == 403 && named, || format!("{role}: {}: {reply}", operation.name()));
            }
        }
        findings.settle(150);
    }

    /// Each operation with a machine that has every right but those that open it.
    fn machines_that_lack_that_right_alone(world: World) {
        let examples = Examples::of(&world);
        let mut machines: BTreeMap<Vec<&str>, Client> = BTreeMap::new();
        let mut findings = Findings::default();
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() {
                continue;
            }
            let key: Vec<&str> = rights.iter().map(|right| right.as_str()).collect();
            let machine = machines.entry(key).or_insert_with(|| {
                let others: Rights = given_by(Role::Admin).iter().filter(|right| !rights.contains(right)).collect();
                machine(&world, &token_of(&world, &world.a, "admin", json!({"permissions": others})))
            });
            let reply = operation.request(machine, &examples).send();
            findings.expect(reply.status == 403, || format!("{}: {reply}", operation.name()));
            // Nor does it help to say so otherwise.
            let asked = operation.request(machine, &examples).header("X-HTTP-Method-Override", "GET").header("X-Original-URL", READ)
                .header("X-Rewrite-URL", READ).send();
            findings.expect(asked.status == 403, || format!("{} in other words: {asked}", operation.name()));
        }
        findings.settle(200);
    }

    /// The network's rights are a person's: no machine has them, also when its owner administers the network.
    fn no_machine_administers_the_network(world: World) {
        let examples = Examples::of(&world);
        world.server.look(|db| {
            diesel::update(users::table.find(world.a.admin.user())).set(users::network_admin.eq(true)).execute(db).unwrap()
        });
        world.a.admin.renew().get("/v1/sessions").expect(200);
        let token = token_of(&world, &world.a, "admin", json!({}));
        let callers = [machine(&world, &token), world.stranger.with_token(&jwt_of(&world.server, &token))];
        let mut findings = Findings::default();
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() || !rights.iter().all(|right| right.is_network()) {
                continue;
            }
            for client in &callers {
                let reply = operation.request(client, &examples).send();
                findings.expect(reply.status == 403 && reply.json()["code"] == "forbidden", || format!("{}: {reply}", operation.name()));
            }
        }
        findings.settle(10);
        for right in [Right::NetworkTokens, Right::NetworkAudit, Right::NetworkOrganisations, Right::ProgrammesSign] {
            let body = json!({"name": "x", "role": "admin", "permissions": [right.as_str()],
                "expires_at": world.server.app.clock.now().plus(Duration::from_secs(3600))});
            world.a.admin.post(&world.a.path("/access-tokens"), body).expect(422).error("/permissions", "not-held");
        }
    }

    /// One's own account and sessions, whatever is asked of them.
    fn what_is_a_persons_own(world: World) {
        let examples = Examples::of(&world);
        let token = token_of(&world, &world.a, "admin", json!({}));
        let callers = [machine(&world, &token), world.stranger.with_token(&jwt_of(&world.server, &token))];
        let mut findings = Findings::default();
        for operation in guarded().iter().filter(|operation| is_a_persons(operation)) {
            for client in &callers {
                let reply = operation.request(client, &examples).send();
                let refused = reply.status == 403 && reply.json()["code"] == "person-required";
                findings.expect(refused, || format!("{}: {reply}", operation.name()));
            }
        }
        findings.settle(14);
    }

    /// A machine makes nobody more than it is: otherwise what it may not do it did through whom it made, also after it was
    /// withdrawn. Neither does it open anybody's account.
    fn a_machine_gives_nobody_more_than_it_has(world: World) {
        let invite = |client: &Client, role: &str| {
            client.post(&world.a.path("/invitations"), json!({"role": role, "name": {"ar": "آمنة"}})).send()
        };
        let full = machine_of(&world, &world.a, "admin");
        let few = machine(&world, &token_of(&world, &world.a, "admin", json!({"permissions": ["members:read", "members:write"]})));
        let member = |role: Role| world.a.path(&format!("/members/{}", world.a.members[&role]));
        let raise = |client: &Client, role: &str| {
            client.patch(&member(Role::Viewer), json!({"role": role})).if_match("*").send()
        };
        // An admin signs, which no machine may.
        invite(&full, "admin").problem("person-required").expect(403);
        raise(&full, "admin").problem("person-required").expect(403);
        raise(&full, "contributor").expect(200);
        for role in ["contributor", "viewer"] {
            invite(&full, role).expect(201);
            invite(&few, role).problem("person-required").expect(403);
        }
        raise(&few, "coordinator").problem("person-required").expect(403);
        // What else there is to change, it changes.
        few.patch(&member(Role::Viewer), json!({"title": {"ar": "أمينة السر"}})).if_match("*").expect(200);
        let code = format!("{}/reset-code", member(Role::Viewer));
        for machine in [&full, &few] {
            machine.post(&code, json!({})).problem("person-required").expect(403);
        }
        // A person who may do it does it, and a machine takes back what was given.
        world.a.admin.post(&code, json!({})).expect(201);
        invite(&world.a.admin, "admin").expect(201);
        raise(&few, "viewer").expect(200);
    }
}
