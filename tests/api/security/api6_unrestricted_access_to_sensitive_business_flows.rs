//! API6:2023 Unrestricted access to sensitive business flows: what costs people or trust can't be done by the thousand.
//!
//! Shown elsewhere: `organisations::applications` (possible duplicates, decided by a person), `accounts` (guessing a password),
//! `donors::consent` and `donor_links::consent` (each reading of a contact is recorded), `races` and `*::races` (nothing is taken
//! twice). Here: every open way in is slow, codes can't be guessed, and what binds an organisation is not a machine's.

use super::*;
use crate::support::document::operations;

on_both_engines! {
    /// Every operation that is open to anyone and writes or checks a secret, from one address, with and without a dead token.
    fn every_open_way_in_is_slow(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.rate_limit = true;
            settings.rate_stranger_per_minute = 3;
            settings.rate_application_per_hour = 3;
            settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        }));
        let mut findings = Findings::default();
        let open = operations().into_iter().filter(|one| one.rights.is_empty() && !one.reads());
        for (n, operation) in open.enumerate() {
            let path = operation.path.replace("{id}", NOBODY);
            let post = |client: &Client, address: &str| {
                operation.with_nothing(operation.bare(client, &path)).header("X-Forwarded-For", address).send()
            };
            let address = format!("203.0.113.{n}");
            for _ in 0..3 {
                let reply = post(&world.stranger, &address);
                findings.expect(reply.status != 429, || format!("{}: {reply}", operation.name()));
            }
            let reply = post(&world.stranger, &address);
            findings.expect(reply.status == 429 && reply.header("retry-after").is_some(), || format!("{}: {reply}", operation.name()));
            // A dead token is no way around.
            let dead = post(&world.stranger.with_token("a.b.c"), &address);
            findings.expect([401, 429].contains(&dead.status), || format!("{}: {dead}", operation.name()));
            // Others are not kept out.
            findings.expect(post(&world.stranger, &format!("198.51.100.{n}")).status != 429, || operation.name());
        }
        findings.settle(35);
    }

    /// Applications are few an hour, however they are worded.
    fn applications_are_few_an_hour(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.rate_limit = true;
            settings.rate_application_per_hour = 2;
            settings.rate_stranger_per_minute = 1_000;
        }));
        let apply = |n: usize| {
            let body = json!({
                "name": {"ar": format!("جمعية الخير {n}")}, "legal_form": "association", "sectors": ["education"],
                "applicant": {"name": {"ar": "آمنة"}, "email": format!("applicant{n}@example.org")},
            });
            world.stranger.post("/v1/organisations", body).send()
        };
        let statuses: Vec<u16> = (0..4).map(|n| apply(n).status).collect();
        assert_eq!(statuses, [201, 201, 429, 429]);
        let wait: u64 = apply(5).problem("rate-limited").header("retry-after").unwrap().parse().unwrap();
        assert!((60..=3600).contains(&wait), "{wait}");
        // Signed-in people are not kept out by what strangers did from there.
        world.a.viewer.get(READ).expect(200);
    }

    /// Codes that are read out: long enough that sixty guesses a minute don't matter for as long as they work.
    fn codes_are_long(world: World) {
        let member = world.a.members[&awasir::access::Role::Viewer];
        let mut codes = Vec::new();
        for _ in 0..3 {
            let reset = world.a.admin.post(&world.a.path(&format!("/members/{member}/reset-code")), json!({})).expect(201).json();
            let body = json!({"role": "viewer", "name": {"ar": "آمنة"}});
            let invitation = world.a.admin.post(&world.a.path("/invitations"), body).expect(201).json();
            codes.extend([reset["code"].as_str().unwrap().to_owned(), invitation["code"].as_str().unwrap().to_owned()]);
        }
        for code in &codes {
            let letters = code.chars().filter(char::is_ascii_alphanumeric).count();
            // Of thirty letters and digits or more: 58 bits.
            assert!(letters >= 12, "{code}");
        }
        let mut unique = codes.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), codes.len());
    }

    /// What binds an organisation is signed by a person; a machine that may do all else is told so.
    fn a_machine_signs_nothing(world: World) {
        let machine = machine_of(&world, &world.a, "admin");
        for action in ["sign", "accept-lead", "take-over-lead"] {
            let reply = machine.post(&format!("/v1/programmes/{NOBODY}/{action}"), json!({})).expect(403);
            assert_eq!(reply.json()["required_permission"], "programmes:sign", "{reply}");
        }
    }
}
