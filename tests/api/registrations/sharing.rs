//! Who helps with a dossier: reads it and notes, nothing else, until it is taken back.

use awasir::access::Role;

use super::*;
use crate::support::world::join;

/// A dossier with one of everything in it, and all that can be asked of it.
fn full(by: &Organisation) -> (Dossier, Vec<(&'static str, String, Value)>) {
    let dossier = Dossier::begun(by, body());
    let requirement = by
        .admin
        .post(&dossier.below("requirements"), json!({"title": ar("ورقة"), "state": "ready"}))
        .expect(201)
        .id();
    let obligation = json!({"title": ar("تقرير"), "due_on": "2030-01-01"});
    let obligation = by.admin.post(&dossier.below("obligations"), obligation).expect(201).id();
    by.admin.post(&dossier.below("notes"), json!({"text": ar("ملاحظة أولى")})).expect(201);
    let (requirement, obligation) =
        (format!("requirements/{requirement}"), format!("obligations/{obligation}"));
    let reads = ["", "requirements", "obligations", "notes", &requirement, &obligation];
    let mut all: Vec<_> = reads.iter().map(|rest| ("GET", (*rest).to_owned(), Value::Null)).collect();
    for action in
        ["submit", "review", "register", "reject", "reopen", "suspend", "reinstate", "renew", "cancel"]
    {
        all.push(("POST", action.to_owned(), json!({})));
    }
    all.extend([
        ("POST", "requirements".to_owned(), json!({"title": ar("أخرى")})),
        ("POST", "obligations".to_owned(), json!({"title": ar("آخر"), "due_on": "2030-01-01"})),
        ("POST", format!("{obligation}/done"), json!({})),
        ("PATCH", String::new(), json!({"number": "9"})),
        ("PATCH", requirement.clone(), json!({"state": "missing"})),
        ("PATCH", obligation.clone(), json!({"due_on": "2031-01-01"})),
        ("DELETE", requirement, Value::Null),
        ("DELETE", obligation, Value::Null),
        ("PUT", format!("shares/{}", by.id), json!({})),
        ("DELETE", format!("shares/{}", by.id), Value::Null),
    ]);
    (dossier, all)
}

fn ask(client: &Client, dossier: &Dossier, (method, rest, body): &(&str, String, Value)) -> Reply {
    let path = if rest.is_empty() { dossier.path.clone() } else { dossier.below(rest) };
    let request = client.request(method.parse().unwrap(), &path).if_match("*");
    if body.is_null() { request.send() } else { request.json(body).send() }
}

on_both_engines! {
    fn a_helper_reads_and_notes_nothing_else(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let (dossier, asked) = full(a);
        let share = dossier.below(&format!("shares/{}", c.id));
        let note = json!({"text": ar("راجعنا الأوراق")});
        // Nobody else sees any of it, nor that it is there.
        for one in &asked {
            for client in [&b.admin, &c.admin] {
                ask(client, &dossier, one).problem("not-found").expect(404);
            }
            let of_network = ask(&three.world.network_admin, &dossier, one);
            assert!([403, 404].contains(&of_network.status), "{of_network}");
        }
        c.admin.post(&dossier.below("notes"), note.clone()).problem("not-found").expect(404);
        c.admin.put(&share, json!({})).problem("not-found").expect(404);
        assert!(listed(c, "").is_empty());
        a.coordinator.put(&share, json!({})).problem("forbidden").expect(403);

        let shared = a.admin.put(&share, json!({})).expect(200);
        assert_eq!(shared.json()["organisation_id"], c.id.to_string());
        assert_eq!(a.admin.put(&share, json!({})).expect(200).json(), shared.json());
        assert_eq!(dossier.seen_by(&a.coordinator)["shared_with"], json!([shared.json()]));
        for one in &asked {
            let reply = ask(&c.admin, &dossier, one);
            if one.0 == "GET" { reply.expect(200) } else { reply.problem("forbidden").expect(403) };
            ask(&b.admin, &dossier, one).problem("not-found").expect(404);
        }
        for client in [&c.viewer, &c.contributor] {
            client.get(&dossier.path).problem("forbidden").expect(403);
        }
        assert_eq!(dossier.seen_by(&c.admin)["allowed_actions"], json!([]));
        assert_eq!((listed(c, ""), listed(a, "")), (vec![dossier.id().to_owned()], vec![dossier.id().to_owned()]));
        c.coordinator.get(&a.path("/registrations")).problem("not-found").expect(404);

        // Reading is enough to note, of who helps; not of one's own.
        let noted = c.coordinator.post(&dossier.below("notes"), note.clone()).expect(201).json();
        assert_eq!((&noted["organisation_id"], &noted["member_id"]), (&json!(c.id), &json!(c.members[&Role::Coordinator])));
        a.coordinator.post(&dossier.below("notes"), note.clone()).problem("forbidden").expect(403);
        assert_eq!(dossier.seen_by(&a.coordinator)["notes"][0], noted);
        let notes = c.coordinator.get(&dossier.below("notes?limit=1")).expect(200);
        assert_eq!((notes.data().len(), notes.json()["next_cursor"].is_null()), (1, false));

        // Taken back, from the next request on.
        c.admin.delete(&share).problem("forbidden").expect(403);
        a.admin.delete(&share).expect(204);
        a.admin.delete(&share).expect(204);
        for one in &asked {
            ask(&c.admin, &dossier, one).problem("not-found").expect(404);
        }
        c.coordinator.post(&dossier.below("notes"), note).problem("not-found").expect(404);
        assert!(listed(c, "").is_empty());
        assert_eq!(dossier.seen_by(&a.coordinator)["notes"][0], noted, "what they said stays");
        let actions = three.world.server.actions_on(dossier.id());
        assert_eq!(actions[actions.len() - 2..], ["registration.shared", "registration.share_taken_back"]);
    }

    /// A helper whose organisation is suspended sees its own alone; the share is there again when it comes back.
    fn a_suspended_helper_loses_sight(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let dossier = Dossier::begun(a, body());
        let own = Dossier::begun(c, body());
        dossier.share(a, c);
        assert_eq!(listed(c, "").len(), 2);
        three.decide(c, "suspend");
        for rest in ["", "/requirements", "/notes"] {
            c.coordinator.get(&format!("{}{rest}", dossier.path)).problem("not-found").expect(404);
        }
        c.coordinator.post(&dossier.below("notes"), json!({"text": ar("قول")})).problem("not-found").expect(404);
        assert_eq!(listed(c, ""), [own.id()]);
        own.seen_by(&c.coordinator);
        own.act(&c.admin, "submit", json!({})).problem("forbidden").expect(403);
        assert_eq!(own.seen_by(&c.admin)["allowed_actions"], json!([]));
        three.decide(c, "reinstate");
        dossier.seen_by(&c.coordinator);
        // It is taken back while they don't see it, too.
        three.decide(c, "suspend");
        a.admin.delete(&dossier.below(&format!("shares/{}", c.id))).expect(204);
        three.decide(c, "reinstate");
        c.coordinator.get(&dossier.path).problem("not-found").expect(404);
        // The owner's suspension leaves the helper what it was part of.
        dossier.share(a, c);
        three.decide(a, "suspend");
        dossier.seen_by(&c.coordinator);
    }

    fn shared_with_active_organisations_of_the_network(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let dossier = Dossier::begun(a, body());
        let put = |id: String| a.admin.put(&dossier.below(&format!("shares/{id}")), json!({}));
        put(a.id.to_string()).error("organisation_id", "own-organisation").expect(422);
        put(three.world.server.app.ids.uuid().to_string()).error("organisation_id", "unknown-reference").expect(422);
        three.decide(c, "suspend");
        put(c.id.to_string()).error("organisation_id", "unknown-reference").expect(422);
    }

    /// Who belongs to both says for which they note.
    fn a_note_of_one_s_two_organisations(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let dossier = Dossier::begun(a, body());
        dossier.share(a, c);
        join(&three.world.server, &a.admin, c.id, Role::Coordinator);
        a.admin.renew();
        let note = || a.admin.post(&dossier.below("notes"), json!({"text": ar("قول")}));
        note().problem("organisation-ambiguous").expect(400);
        for organisation in [a, c] {
            let noted = note().acting_for(organisation.id).expect(201).json();
            assert_eq!(noted["organisation_id"], organisation.id.to_string());
        }
        // Everything else is the owner's alone.
        dossier.act(&a.admin, "submit", json!({})).expect(200);
        a.admin.post(&dossier.below("review"), json!({})).acting_for(c.id).problem("forbidden").expect(403);
        let seen = a.admin.get(&dossier.path).acting_for(c.id).expect(200).json();
        assert_eq!(seen["allowed_actions"], json!([]));
        // Through the suspended one there is no second voice.
        three.decide(c, "suspend");
        a.admin.renew();
        assert_eq!(note().expect(201).json()["organisation_id"], a.id.to_string());
    }

    fn shared_and_taken_back_at_once(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let dossier = Dossier::begun(a, body());
        a.admin.token();
        let share = dossier.below(&format!("shares/{}", c.id));
        let replies = crate::races::at_once_by(16, |n| {
            if n % 2 == 0 { a.admin.put(&share, json!({})).send() } else { a.admin.delete(&share).send() }
        });
        assert!(replies.iter().all(|reply| [200, 204].contains(&reply.status)), "{:?}", crate::races::tally(&replies[..1]));
        let shared = !dossier.seen_by(&a.admin)["shared_with"].as_array().unwrap().is_empty();
        let seen = c.coordinator.get(&dossier.path).send().status;
        assert_eq!((seen, listed(c, "").len()), if shared { (200, 1) } else { (404, 0) });
    }

    /// Of who was erased a note keeps the id and the words.
    fn an_erased_author_s_notes_stay(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let dossier = Dossier::begun(a, body());
        dossier.share(a, c);
        let noted = c.coordinator.post(&dossier.below("notes"), json!({"text": ar("راجعنا الأوراق")})).expect(201).json();
        c.admin.post(&c.path(&format!("/members/{}/erase", c.members[&Role::Coordinator])), json!({})).expect(200);
        assert_eq!(dossier.seen_by(&a.admin)["notes"], json!([noted]));
        assert_eq!(c.admin.get(&dossier.below("notes")).expect(200).data(), [noted]);
    }

    fn with_so_many_and_no_more(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let put = |id: String| a.admin.put(&dossier.below(&format!("shares/{id}")), json!({}));
        let all: Vec<Organisation> = (0..21).map(|n| organisation(&three.world.server, "جهة معينة", &format!("helper{n}"))).collect();
        for one in &all[..20] {
            put(one.id.to_string()).expect(200);
        }
        put(all[20].id.to_string()).problem("limit-reached").expect(409);
        put(all[19].id.to_string()).expect(200);
        let shared: Vec<Value> = dossier.seen_by(&a.admin)["shared_with"].as_array().unwrap().iter().map(|one| one["organisation_id"].clone()).collect();
        assert_eq!(json!(shared), all[..20].iter().map(|one| json!(one.id)).collect::<Value>(), "the first first");
    }
}
