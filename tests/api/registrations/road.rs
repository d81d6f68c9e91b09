//! The road from preparation to the certificate, and what turns off it.

use awasir::access::{Right, Rights};

use super::*;

on_both_engines! {
    fn to_the_certificate_and_on(three: Three) {
        let a = three.a();
        let mut new = body();
        new["requirements"] = json!([
            {"title": ar("النظام الأساسي"), "quantity": 3, "state": "ready"}, {"title": ar("كشف المؤسسين")},
        ]);
        let made = a.admin.post(&a.path("/registrations"), new).expect(201);
        let dossier = Dossier { path: made.header("location").unwrap().to_owned() };
        let seen = made.json();
        assert_eq!(seen["status"], "preparing");
        assert_eq!(seen["allowed_actions"], json!(["submit", "cancel"]));
        assert_eq!(seen["organisation_id"], a.id.to_string());
        for name in ["number", "submitted_on", "registered_on", "expires_on", "last_reason", "legal_form_offer", "arises_from_commitment_id"] {
            assert_eq!(seen[name], Value::Null, "{name}");
        }
        assert_eq!((&seen["shared_with"], &seen["obligations"], &seen["notes"]), (&json!([]), &json!([]), &json!([])));
        let requirements = seen["requirements"].as_array().unwrap();
        assert_eq!(requirements.len(), 2);
        assert_eq!((&requirements[0]["quantity"], &requirements[1]["state"]), (&json!(3), &json!("missing")));
        // Who may read may do nothing.
        let read = dossier.seen_by(&a.coordinator);
        assert_eq!(read["allowed_actions"], json!([]));
        for client in [&a.viewer, &a.contributor] {
            client.get(&dossier.path).problem("forbidden").expect(403);
            client.get(&a.path("/registrations")).problem("forbidden").expect(403);
        }
        dossier.act(&a.coordinator, "submit", json!({})).problem("forbidden").expect(403);

        let today = day(&three.world, 0);
        let submitted = dossier.act(&a.admin, "submit", json!({"submitted_on": day(&three.world, -20)})).expect(200).json();
        assert_eq!(submitted["submitted_on"], json!(day(&three.world, -20)));
        assert_eq!(submitted["allowed_actions"], json!(["review", "cancel"]));
        let last = &submitted["last_reason"];
        assert_eq!((&last["action"], &last["organisation_id"]), (&json!("submit"), &json!(a.id)));
        dossier.act(&a.admin, "review", json!({})).expect(200);

        // Not while something is missing, and what that is.
        let refused = dossier.act(&a.admin, "register", json!({})).problem("requirements-missing").expect(409).json();
        assert_eq!(refused["requirements"], json!([{"id": requirements[1]["id"], "title": ar("كشف المؤسسين"), "state": "missing"}]));
        assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!("under_review"), &json!(["reject", "cancel"])));
        let requirement = dossier.below(&format!("requirements/{}", requirements[1]["id"].as_str().unwrap()));
        a.admin.patch(&requirement, json!({"state": "in_progress"})).if_match("*").expect(200);
        dossier.act(&a.admin, "register", json!({})).problem("requirements-missing").expect(409);
        a.admin.patch(&requirement, json!({"state": "submitted"})).if_match("*").expect(200);
        assert_eq!(dossier.seen_by(&a.admin)["allowed_actions"], json!(["register", "reject", "cancel"]));
        let until = day(&three.world, 365);
        let registered = dossier.act(&a.admin, "register", json!({"number": "HAC/12", "expires_on": until})).expect(200).json();
        assert_eq!((&registered["status"], &registered["number"]), (&json!("registered"), &json!("HAC/12")));
        assert_eq!((&registered["registered_on"], &registered["expires_on"]), (&json!(today), &json!(until)));
        assert_eq!(registered["allowed_actions"], json!(["suspend", "renew", "cancel"]));

        let why = json!({"reason": ar("تأخر التقرير السنوي")});
        let suspended = dossier.act(&a.admin, "suspend", why.clone()).expect(200).json();
        assert_eq!((&suspended["last_reason"]["reason"], &suspended["allowed_actions"]), (&why["reason"], &json!(["reinstate", "cancel"])));
        dossier.act(&a.admin, "reinstate", json!({})).expect(200);
        let later = day(&three.world, 730);
        let renewed = dossier.act(&a.admin, "renew", json!({"expires_on": later})).expect(200).json();
        assert_eq!((&renewed["expires_on"], &renewed["status"]), (&json!(later), &json!("registered")));
        let cancelled = dossier.act(&a.admin, "cancel", json!({})).expect(200).json();
        assert_eq!((&cancelled["status"], &cancelled["allowed_actions"]), (&json!("cancelled"), &json!([])));
        let expected = ["created", "submitted", "under_review", "record_changed", "record_changed", "registered", "suspended",
            "reinstated", "renewed", "cancelled"];
        let expected: Vec<String> = expected.iter().map(|one| format!("registration.{one}")).collect();
        assert_eq!(three.world.server.actions_on(dossier.id()), expected);
    }

    fn refused_and_taken_up_again(three: Three) {
        let a = three.a();
        let dossier = Dossier::under_review(a, body());
        dossier.act(&a.admin, "reject", json!({})).error("/reason", "required").expect(422);
        let rejected = dossier.act(&a.admin, "reject", json!({"reason": ar("نقص المستندات")})).expect(200).json();
        assert_eq!((&rejected["status"], &rejected["allowed_actions"]), (&json!("rejected"), &json!(["reopen", "cancel"])));
        let reopened = dossier.act(&a.admin, "reopen", json!({})).expect(200).json();
        assert_eq!((&reopened["status"], &reopened["submitted_on"]), (&json!("preparing"), &Value::Null));
        dossier.act(&a.admin, "submit", json!({})).expect(200);
        for action in ["register", "reject", "reopen", "suspend", "reinstate", "renew"] {
            let body = json!({"reason": ar("سبب"), "expires_on": day(&three.world, 100)});
            let body = match action {
                "reject" => json!({"reason": body["reason"]}),
                "renew" => json!({"expires_on": body["expires_on"]}),
                _ => json!({}),
            };
            let refused = dossier.act(&a.admin, action, body).problem("state-conflict").expect(409).json();
            assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!("submitted"), &json!(["review", "cancel"])), "{action}");
        }
    }

    /// The answer was lost on the way: the same again is the same; something else is not.
    fn done_already(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let on = day(&three.world, -3);
        let first = dossier.act(&a.admin, "submit", json!({"submitted_on": on})).expect(200).json();
        for body in [json!({}), json!({"submitted_on": on}), json!({"version": 1})] {
            assert_eq!(dossier.act(&a.admin, "submit", body).expect(200).json(), first);
        }
        dossier.act(&a.admin, "submit", json!({"submitted_on": day(&three.world, -2)})).problem("state-conflict").expect(409);
        dossier.act(&a.admin, "submit", json!({"unknown": 1})).error("/unknown", "unknown-field").expect(422);
        dossier.act(&a.admin, "review", json!({"version": 1})).problem("version-mismatch").expect(412);
        dossier.act(&a.admin, "review", json!({"version": first["version"]})).expect(200);
        let until = day(&three.world, 400);
        let registered = dossier.act(&a.admin, "register", json!({"expires_on": until})).expect(200).json();
        assert_eq!(dossier.act(&a.admin, "register", json!({})).expect(200).json(), registered);
        for other in [json!({"number": "7"}), json!({"expires_on": day(&three.world, 401)}), json!({"change_legal_form": true})] {
            dossier.act(&a.admin, "register", other).problem("state-conflict").expect(409);
        }
        let later = json!({"expires_on": day(&three.world, 800)});
        let renewed = dossier.act(&a.admin, "renew", later.clone()).expect(200).json();
        assert_eq!(dossier.act(&a.admin, "renew", later).expect(200).json(), renewed);
        let again = dossier.act(&a.admin, "renew", json!({"expires_on": day(&three.world, 900)})).expect(200).json();
        assert_eq!(again["version"].as_i64().unwrap(), renewed["version"].as_i64().unwrap() + 1);
    }

    /// The organisation becomes what it is registered as: by the same write, or it is offered.
    fn the_organisation_s_own_form(three: Three) {
        let a = three.a();
        let form = || a.admin.get(&a.path("")).expect(200).json();
        assert_eq!(form()["legal_form"], "association");
        let dossier = Dossier::under_review(a, body());
        assert_eq!(dossier.seen_by(&a.admin)["legal_form_offer"], Value::Null);
        let all: Rights = Right::ALL.iter().copied().filter(|right| *right != Right::OrganisationsWrite).collect();
        let refused = dossier.act(&a.admin.narrowed(all), "register", json!({"change_legal_form": true}));
        assert_eq!(refused.problem("forbidden").expect(403).json()["required_permission"], "organisations:write");
        assert_eq!(dossier.status(&a.admin), "under_review");
        let registered = dossier.act(&a.admin, "register", json!({})).expect(200).json();
        let offer = json!({"from": "association", "to": "organisation"});
        assert_eq!(registered["legal_form_offer"], offer);
        dossier.share(a, &three.c);
        assert_eq!(dossier.seen_by(&three.c.admin)["legal_form_offer"], Value::Null, "it is not theirs to take");
        a.admin.patch(&a.path(""), json!({"legal_form": "organisation"})).if_match("*").expect(200);
        assert_eq!(dossier.seen_by(&a.admin)["legal_form_offer"], Value::Null);

        let mut foundation = body();
        foundation["legal_form"] = json!("foundation");
        let second = Dossier::under_review(a, foundation);
        let version = form()["version"].as_i64().unwrap();
        let registered = second.act(&a.admin, "register", json!({"change_legal_form": true})).expect(200).json();
        assert_eq!(registered["legal_form_offer"], Value::Null);
        let now = form();
        assert_eq!((&now["legal_form"], &now["version"]), (&json!("foundation"), &json!(version + 1)));
        let changed = three.world.server.actions_on(&a.id.to_string());
        assert_eq!(changed.last().map(String::as_str), Some("organisation.changed"));
        // The same again is done already.
        second.act(&a.admin, "register", json!({"change_legal_form": true})).expect(200);
        assert_eq!(form()["version"], version + 1);
    }

    fn one_of_several_at_once(three: Three) {
        let a = three.a();
        a.admin.token();
        let dossier = Dossier::under_review(a, body());
        let replies = crate::races::at_once_by(16, |n| match n % 2 {
            0 => dossier.act(&a.admin, "register", json!({"change_legal_form": true})),
            _ => dossier.act(&a.admin, "reject", json!({"reason": ar("سبب")})),
        });
        let tally = crate::races::tally(&replies);
        assert_eq!((tally["200"], tally["409 state-conflict"]), (8, 8), "the one or the other: {tally:?}");
        let last = three.world.server.actions_on(dossier.id());
        assert_eq!(last.len(), 4, "{last:?}");
        let registered = dossier.status(&a.admin) == "registered";
        let form = a.admin.get(&a.path("")).expect(200).json()["legal_form"].clone();
        assert_eq!(form, if registered { "organisation" } else { "association" });
    }
}
