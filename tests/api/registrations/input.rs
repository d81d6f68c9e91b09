//! What a body may say, ids that clients choose, lists.

use super::*;

on_both_engines! {
    fn what_is_wrong_is_named(three: Three) {
        let a = three.a();
        let post = |body: Value| a.admin.post(&a.path("/registrations"), body);
        let errors = post(json!({"level": "world", "legal_form": 1, "status": "registered", "requirements": [{"quantity": 0}]})).expect(422).errors();
        let expected = [
            ("/authority", "required"), ("/level", "unknown-value"), ("/legal_form", "wrong-type"), ("/status", "unknown-field"),
            ("/requirements/0/title", "required"), ("/requirements/0/quantity", "too-small"),
        ];
        for (pointer, code) in expected {
            assert!(errors.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {code}: {errors:?}");
        }
        assert_eq!(errors.len(), expected.len(), "{errors:?}");
        a.coordinator.post(&a.path("/registrations"), body()).problem("forbidden").expect(403);
        three.b().admin.post(&a.path("/registrations"), body()).problem("not-found").expect(404);
        let dossier = Dossier::begun(a, body());
        for (list, body, pointer, code) in [
            ("obligations", json!({"title": ar("تقرير")}), "/due_on", "required"),
            ("obligations", json!({"title": ar("تقرير"), "due_on": "2025-02-30"}), "/due_on", "invalid-date"),
            ("obligations", json!({"title": ar("تقرير"), "due_on": "2025-02-03", "done_on": "2025-02-03"}), "/done_on", "unknown-field"),
            ("requirements", json!({"title": ar("ورقة"), "state": "lost"}), "/state", "unknown-value"),
            ("notes", json!({"text": {}}), "/text", "too-few"),
        ] {
            let reply = a.admin.post(&dossier.below(list), body).expect(422);
            assert!(reply.errors().iter().any(|(at, _)| at == pointer), "{list} {code}: {reply}");
        }
    }

    fn the_same_request_again(three: Three) {
        let a = three.a();
        let mut new = body();
        let (id, item) = (three.world.server.app.ids.uuid(), three.world.server.app.ids.uuid());
        new["id"] = json!(id);
        new["requirements"] = json!([{"id": item, "title": ar("ورقة")}]);
        let post = |by: &Organisation, body: &Value| by.admin.post(&by.path("/registrations"), body.clone());
        let made = post(a, &new).expect(201).json();
        assert_eq!((&made["id"], &made["requirements"][0]["id"]), (&json!(id), &json!(item)));
        assert_eq!(post(a, &new).expect(200).json(), made);
        post(three.b(), &new).problem("id-taken").expect(409);
        let mut other = new.clone();
        other["id"] = json!(three.world.server.app.ids.uuid());
        post(a, &other).problem("id-taken").expect(409);
        assert_eq!(listed(a, ""), [id.to_string()], "nothing is left of what was refused");
        let note = json!({"id": three.world.server.app.ids.uuid(), "text": ar("ملاحظة")});
        let notes = format!("/v1/registrations/{id}/notes");
        let noted = a.admin.post(&notes, note.clone()).expect(201).json();
        assert_eq!(a.admin.post(&notes, note).expect(200).json(), noted);
        assert_eq!(a.admin.get(&notes).expect(200).data().len(), 1);
    }

    fn pages(three: Three) {
        let (a, b) = (three.a(), three.b());
        let mut all: Vec<String> = (0..5)
            .map(|n| {
                let by = if n % 2 == 0 { a } else { b };
                let dossier = Dossier::begun(by, body());
                if n % 2 == 1 {
                    dossier.share(b, a);
                }
                dossier.id().to_owned()
            })
            .collect();
        all.reverse();
        assert_eq!(listed(a, ""), all);
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = a.coordinator.get(&a.path(&format!("/registrations?limit=2{cursor}"))).expect(200);
            seen.extend(page.ids());
            let one = &page.data()[0];
            assert!(one.get("requirements").is_none() && one["allowed_actions"] == json!([]), "{one}");
            match page.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, all);
        a.coordinator.get(&a.path("/registrations?status=lost")).problem("invalid-parameter").expect(400);
        three.world.network_admin.get(&a.path("/registrations")).problem("forbidden").expect(403);
    }
}
