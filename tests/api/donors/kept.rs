//! What nobody may read stands nowhere in clear: not in the database, not in the log, in no answer but the owner's.

use super::*;
use crate::support::process::Served;
use crate::support::stored::Overheard;

/// What is to stay secret of [`secret`], and of the contact of [`known`].
pub const SECRETS: [&str; 6] = [
    "hafiza.bashir@tayyib.example",
    "0912777333",
    "+249912777333",
    "الحاج بشير الطيّب",
    "Bashir al-Tayyib",
    "حفيظة بشير",
];

on_both_engines! {
    fn neither_stored_nor_logged_nor_answered(world: World) {
        let (served, mut overheard) = scenario(&world);
        overheard.take_down("the log", served.said().into_bytes());
        assert!(served.said().contains("/v1/donors/{id}/contact"), "nothing was logged");
        overheard.assert_nothing_in_clear(&world.server);
    }

    /// What is looked for would be found.
    fn what_is_in_clear_is_found(world: World) {
        let mut body = secret();
        body["visibility"] = json!("network");
        enter(&world.a.coordinator, body);
        let found = Overheard::listen_for(&SECRETS).in_clear(&world.server).unwrap();
        assert!(found.contains("in clear in the database"), "{found}");
    }
}

/// Everything that is done with donors, against a server whose log tells all; what others than the owner were answered, and
/// every refusal.
pub fn scenario(world: &World) -> (Served, Overheard) {
    let served = Served::start_with(&world.server.place, &[("AWASIR_LOG", "trace")]);
    let mut overheard = Overheard::listen_for(&SECRETS);
    let (own, other) = (world.a.coordinator.at(&served.url), world.b.coordinator.at(&served.url));
    let admin = world.network_admin.at(&served.url);
    for body in [secret(), known()] {
        let key = body["kind"].as_str().unwrap();
        let path = format!("{DONORS}/{}", own.post(DONORS, body.clone()).key(key).expect(201).id());
        own.post(DONORS, body.clone()).key(key).expect(201);
        let contact = format!("{path}/contact");
        assert!(own.get(&contact).expect(200).text().contains(SECRETS[0]));
        let changed = json!({"notes": {"en": "Hafiza: 0912777333"}, "phone": "0912777333"});
        own.patch(&contact, changed).version(1).expect(200);
        own.patch(&path, json!({"interests": {"sectors": ["education"]}})).version(2).expect(200);
        own.get(&format!("{DONORS}?q=بشير")).expect(200);
        let stale = own.patch(&path, json!({"kind": "family"})).version(1).send();
        overheard.hear(stale.problem("version-mismatch"));
        overheard.hear(own.patch(&contact, json!({"email": "hafiza.bashir@tayyib.example "})).send());
        overheard.hear(
            own.patch(&contact, json!({"email": [SECRETS[0]], "phone": 912777333})).if_match("*").send(),
        );
        overheard.hear(own.get(&format!("{path}/nothing")).send());
        for stranger in [&other, &admin] {
            for path in [DONORS, path.as_str(), contact.as_str(), &format!("{DONORS}?q=بشير"), "/v1/audit"]
            {
                overheard.hear(stranger.get(path).send());
            }
            overheard.hear(stranger.patch(&contact, json!({"email": SECRETS[0]})).if_match("*").send());
        }
        overheard.hear(admin.post(DONORS, body.clone()).key(key).header("X-Request-Id", "r").send());
        own.delete(&path).version(3).expect(204);
        // What is refused outright was said all the same.
        overheard
            .hear(own.post(DONORS, json!({"contact": secret()["contact"], "name": secret()["name"]})).send());
    }
    enter(&own, secret());
    (served, overheard)
}
