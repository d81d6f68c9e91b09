//! What is corrected by a patch, each in its time.

use super::*;

on_both_engines! {
    fn each_member_in_its_time(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let patch = |change: Value| a.admin.patch(&dossier.path, change).if_match("*");
        let closed = |change: Value| {
            let name = change.as_object().unwrap().keys().next().unwrap().clone();
            let refused = patch(change).problem("state-conflict").expect(409).json();
            assert!(refused["detail"].as_str().unwrap().contains(&name), "{refused}");
        };
        a.admin.patch(&dossier.path, json!({"number": "1"})).problem("version-required").expect(428);
        let seen = patch(json!({"level": "federal", "number": "م/1", "authority": {"en": "HAC"}})).expect(200).json();
        assert_eq!((&seen["level"], &seen["number"], &seen["authority"]["en"]), (&json!("federal"), &json!("م/1"), &json!("HAC")));
        assert_eq!(seen["version"], 2);
        // Sent back as it was read: nothing happens.
        assert_eq!(patch(seen.clone()).expect(200).json(), seen);
        patch(json!({"status": "registered"})).error("/status", "read-only").expect(422);
        patch(json!({"authority": null})).error("/authority", "required").expect(422);
        closed(json!({"submitted_on": "2020-01-01"}));
        closed(json!({"expires_on": "2020-01-01"}));

        dossier.act(&a.admin, "submit", json!({"submitted_on": "2020-01-05"})).expect(200);
        patch(json!({"legal_form": "foundation", "submitted_on": "2020-01-06"})).expect(200);
        patch(json!({"submitted_on": null})).error("/submitted_on", "required").expect(422);
        patch(json!({"submitted_on": day(&three.world, 1)})).error("/submitted_on", "out-of-range").expect(422);
        closed(json!({"registered_on": "2020-01-01"}));
        dossier.act(&a.admin, "review", json!({})).expect(200);
        dossier.act(&a.admin, "register", json!({"registered_on": "2020-03-01"})).expect(200);
        closed(json!({"authority": ar("جهة أخرى")}));
        closed(json!({"legal_form": "association"}));
        patch(json!({"registered_on": null})).error("/registered_on", "required").expect(422);
        patch(json!({"registered_on": "2020-01-05"})).error("/registered_on", "out-of-range").expect(422);
        patch(json!({"expires_on": "2020-03-01"})).error("/expires_on", "out-of-range").expect(422);
        assert_eq!(patch(json!({"expires_on": "2021-03-01", "number": "2"})).expect(200).json()["status"], "expired");
        assert_eq!(patch(json!({"expires_on": null})).expect(200).json()["status"], "registered");
        dossier.act(&a.admin, "cancel", json!({})).expect(200);
        closed(json!({"number": "3"}));
        let add = |list: &str, body: Value| a.admin.post(&dossier.below(list), body);
        add("requirements", json!({"title": ar("ورقة")})).problem("state-conflict").expect(409);
        add("obligations", json!({"title": ar("تقرير"), "due_on": "2030-01-01"})).problem("state-conflict").expect(409);
        add("notes", json!({"text": ar("ملاحظة")})).problem("state-conflict").expect(409);
        a.admin.put(&dossier.below(&format!("shares/{}", three.c.id)), json!({})).problem("state-conflict").expect(409);
    }

    /// What is in it raises its version; what is noted on it doesn't, and its ETag is another all the same.
    fn versions(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let added = a.admin.post(&dossier.below("requirements"), json!({"title": ar("ورقة")})).expect(201);
        assert_eq!(added.header("awasir-parent-version"), Some("2"));
        let requirement = dossier.below(&format!("requirements/{}", added.id()));
        let stale = a.admin.patch(&dossier.path, json!({"number": "1"})).if_match("\"1\"").problem("version-mismatch").expect(412).json();
        assert_eq!(stale["changed_fields"], json!(["requirements"]));
        let before = a.admin.get(&dossier.path).expect(200);
        let note = a.admin.post(&dossier.below("notes"), json!({"text": ar("ملاحظة")})).expect(201);
        assert_eq!(note.header("awasir-parent-version"), Some("2"));
        assert_eq!(note.json()["member_id"], a.members[&awasir::access::Role::Admin].to_string());
        let after = a.admin.get(&dossier.path).expect(200);
        assert_eq!((&after.json()["version"], after.etag() == before.etag()), (&json!(2), false));
        assert_eq!(after.json()["notes"][0], note.json());
        a.admin.patch(&requirement, json!({"state": "ready"})).if_match("*").expect(200);
        a.admin.delete(&requirement).if_match("*").expect(204);
        a.admin.get(&requirement).problem("not-found").expect(404);
        assert_eq!(dossier.seen_by(&a.admin)["version"], 4);
    }

    fn as_many_as_a_dossier_takes(three: Three) {
        let a = three.a();
        let mut new = body();
        new["requirements"] = json!(vec![json!({"title": ar("ورقة")}); 100]);
        let dossier = Dossier::begun(a, new.clone());
        let refused = a.admin.post(&dossier.below("requirements"), json!({"title": ar("ورقة")})).problem("limit-reached").expect(409);
        assert_eq!(refused.json()["limit"], 100);
        new["requirements"] = json!(vec![json!({"title": ar("ورقة")}); 101]);
        a.admin.post(&a.path("/registrations"), new).error("/requirements", "too-many").expect(422);
    }
}
