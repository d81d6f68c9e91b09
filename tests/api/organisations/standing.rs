//! The steps from one status to another.

use super::*;
use awasir::access::Role;

/// Brings an organisation into a status; answers its path.
fn in_status(world: &World, status: &str) -> String {
    let act = |path: &str, action: &str| {
        world.network_admin.post(&format!("{path}/{action}"), because()).expect(200);
    };
    match status {
        "applied" | "returned" | "rejected" => {
            let path = apply(world, application("جمعية الطلب")).path;
            match status {
                "returned" => act(&path, "return"),
                "rejected" => act(&path, "reject"),
                _ => {}
            }
            path
        }
        "left" => {
            let organisation = support_organisation(world);
            organisation.admin.post(&organisation.path("/leave"), json!({})).expect(200);
            organisation.path("")
        }
        _ => {
            let path = enter(world, json!({"name": {"ar": "جمعية العضو"}}));
            match status {
                "suspended" => act(&path, "suspend"),
                "dissolved" => act(&path, "dissolve"),
                _ => {}
            }
            path
        }
    }
}

fn support_organisation(world: &World) -> crate::support::world::Organisation {
    crate::support::world::organisation(&world.server, "جمعية الراحلين", &uuid::Uuid::new_v4().to_string())
}

on_both_engines! {
    fn every_edge_and_every_refusal(world: World) {
        let edges = [
            ("applied", "approve", "active"), ("applied", "return", "returned"), ("applied", "reject", "rejected"),
            ("active", "suspend", "suspended"), ("suspended", "reinstate", "active"), ("active", "dissolve", "dissolved"),
        ];
        for status in ["applied", "returned", "rejected", "active", "suspended", "left", "dissolved"] {
            for action in ["approve", "return", "reject", "suspend", "reinstate", "dissolve"] {
                let path = in_status(&world, status);
                let act = world.network_admin.post(&format!("{path}/{action}"), because());
                match edges.iter().find(|edge| edge.0 == status && edge.1 == action) {
                    Some((.., to)) => {
                        let now = act.expect(200).json();
                        assert_eq!(now["status"], *to);
                        assert_eq!(now["last_decision"]["action"], action);
                    }
                    None => {
                        let refused = act.problem("state-conflict").expect(409).json();
                        assert_eq!(refused["state"], status);
                        let can: Vec<&str> = edges.iter().filter(|e| e.0 == status).map(|e| e.1).collect();
                        let said = refused["allowed_actions"].as_array().unwrap();
                        assert_eq!(said.len(), can.len(), "{refused}");
                    }
                }
            }
        }
    }

    fn decisions_are_the_network_admins_and_say_why(world: World) {
        let path = world.a.path("");
        for action in ["approve", "return", "reject", "suspend", "reinstate", "dissolve"] {
            let act = format!("{path}/{action}");
            world.a.admin.post(&act, because()).problem("forbidden").expect(403);
            world.stranger.post(&act, because()).problem("unauthenticated");
            world.network_admin.post(&act, json!({"reason": "x"})).problem("validation-failed")
                .error("/reason", "wrong-type");
        }
        for action in ["return", "reject", "suspend", "dissolve"] {
            world.network_admin.post(&format!("{path}/{action}"), json!({})).expect(422).error("/reason", "required");
        }
        let stale = world.network_admin.post(&format!("{path}/suspend"), because()).version(7);
        stale.problem("version-mismatch").expect(412);
    }

    fn a_suspended_organisations_people_read_their_own_and_nothing_else(world: World) {
        let community = world.b.contributor
            .post("/v1/communities", json!({"name": {"ar": "كوستي"}, "country": "SD"})).expect(201).id();
        let before = world.a.admin.with_token(&world.a.admin.token().unwrap());
        world.network_admin.post(&world.a.path("/suspend"), because()).expect(200);
        before.get(&world.a.path("")).problem("invalid-token").expect(401);
        for role in Role::ALL {
            let person = world.a.with(*role).renew();
            let own = person.get(&world.a.path("")).expect(200).json();
            assert_eq!((&own["status"], &own["last_decision"]["action"]), (&json!("suspended"), &json!("suspend")));
            person.get(&world.a.path("/members")).expect(200);
            person.get(&world.b.path("")).problem("not-found");
            person.get(&format!("/v1/communities/{community}")).problem("not-found");
            assert_eq!(person.get(ORGANISATIONS).expect(200).ids(), [world.a.id.to_string()]);
        }
        let admin = &world.a.admin;
        admin.patch(&world.a.path(""), json!({})).if_match("*").problem("forbidden").expect(403);
        admin.post(&world.a.path("/members"), json!({"name": {"ar": "س"}})).problem("forbidden");
        admin.post(&world.a.path("/leave"), json!({})).problem("forbidden");

        let seen = world.b.viewer.get(&world.a.path("")).expect(200).json();
        assert_eq!((&seen["status"], &seen["last_decision"]), (&json!("suspended"), &Value::Null));
        world.network_admin.post(&world.a.path("/reinstate"), json!({})).expect(200);
        admin.renew().get(&world.b.path("")).expect(200);
        admin.post(&world.a.path("/members"), json!({"name": {"ar": "س"}})).expect(201);
    }

    fn invitations_die_with_the_organisations_activity(world: World) {
        let body = json!({"email": "new@wadi.example", "role": "viewer", "name": {"ar": "آمنة"}});
        let token = world.a.admin.post(&world.a.path("/invitations"), body).expect(201).json()["token"].clone();
        world.network_admin.post(&world.a.path("/suspend"), because()).expect(200);
        world.network_admin.post(&world.a.path("/reinstate"), json!({})).expect(200);
        let accept = json!({"token": token, "password": "سبع سنابل خضر"});
        world.stranger.post("/v1/auth/invitations/accept", accept).problem("invitation-invalid");
    }

    fn an_organisation_leaves_and_applies_again(world: World) {
        let leave = world.a.path("/leave");
        world.a.coordinator.post(&leave, json!({})).problem("forbidden");
        world.b.admin.post(&leave, json!({})).problem("forbidden").expect(403);
        world.network_admin.post(&leave, json!({})).problem("forbidden");
        assert_eq!(world.a.admin.post(&leave, json!({})).expect(200).json()["status"], "left");
        world.a.admin.post(&leave, json!({})).problem("invalid-token");
        world.a.admin.renew().get(&world.b.path("")).problem("not-found");
        world.b.viewer.get(&world.a.path("")).expect(200);

        let again = world.a.path("/resubmit");
        world.a.coordinator.renew().post(&again, json!({})).problem("forbidden");
        world.b.admin.post(&again, json!({})).problem("forbidden");
        let asked = world.a.admin.post(&again, json!({"about": {"ar": "عدنا"}})).expect(200).json();
        assert_eq!((&asked["status"], &asked["about"]["ar"]), (&json!("applied"), &json!("عدنا")));
        world.b.viewer.get(&world.a.path("")).problem("not-found");
        world.a.viewer.renew().get(&world.a.path("")).expect(200);
        let approved = world.network_admin.post(&world.a.path("/approve"), json!({})).expect(200).json();
        assert_eq!((&approved["status"], &approved["invitation"]), (&json!("active"), &Value::Null));
        world.a.admin.renew().get(&world.b.path("")).expect(200);
    }

    fn external_ids_are_nobody_elses_while_active_or_suspended(world: World) {
        let with = |name: &str| {
            json!({"name": {"ar": name}, "external_ids": [{"scheme": "SD-HAC", "value": "12"}]})
        };
        let first = enter(&world, with("الأولى"));
        let second = || world.network_admin.post(ORGANISATIONS, with("الثانية"));
        second().problem("external-id-taken").expect(409);
        world.network_admin.post(&format!("{first}/suspend"), because()).expect(200);
        second().problem("external-id-taken");
        world.network_admin.post(&format!("{first}/reinstate"), json!({})).expect(200);
        let taken = json!({"external_ids": [{"scheme": "SD-HAC", "value": "12"}]});
        world.a.admin.patch(&world.a.path(""), taken).if_match("*").problem("external-id-taken");
        world.network_admin.post(&format!("{first}/dissolve"), because()).expect(200);
        second().expect(201);
    }

    fn one_of_many_applicants_with_the_same_external_id_is_admitted(world: World) {
        let asked: Vec<Application> = (0..8).map(|n| {
            let mut body = application(&format!("جمعية {n}"));
            body["external_ids"] = json!([
                {"scheme": "a", "value": "1"}, {"scheme": "b", "value": "2"},
            ]);
            apply(&world, body)
        }).collect();
        world.network_admin.token();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let approving: Vec<_> = asked.iter().map(|one| {
                let (admin, path) = (&world.network_admin, format!("{}/approve", one.path));
                scope.spawn(move || admin.post(&path, json!({})).send().status)
            }).collect();
            approving.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    }

    fn an_admin_for_an_organisation_that_has_none(world: World) {
        let invite = world.a.path("/admin-invitation");
        let body = || json!({"reason": {"ar": "رحل آخر مشرف"}, "name": {"ar": "آمنة"}, "email": "amna@wadi.example"});
        world.network_admin.post(&invite, body()).problem("state-conflict").expect(409);
        world.a.admin.post(&invite, body()).problem("forbidden");
        world.a.viewer.get(&invite).problem("not-found");
        let admin = world.a.admin.user();
        world.server.look(|db| {
            use awasir::db::schema::members::dsl;
            use diesel::prelude::*;
            diesel::update(dsl::members.filter(dsl::user_id.eq(admin)))
                .set((dsl::role.eq(None::<String>), dsl::user_id.eq(None::<awasir::types::UserId>)))
                .execute(db).unwrap();
        });
        world.network_admin.post(&invite, json!({})).problem("validation-failed").error("/reason", "required");
        let issued = world.network_admin.post(&invite, body()).expect(201).json();
        let accept = |issued: &Value| {
            let body = json!({"token": issued["token"], "password": "سبع سنابل خضر"});
            world.stranger.post("/v1/auth/invitations/accept", body)
        };
        accept(&issued).problem("too-early");
        let shown = world.a.viewer.get(&invite).expect(200).json();
        assert_eq!((&shown["id"], &shown["reason"]["ar"]), (&issued["id"], &json!("رحل آخر مشرف")));
        world.b.admin.get(&invite).problem("not-found");
        world.network_admin.get(&invite).problem("forbidden");

        let object = world.a.path("/admin-invitation/object");
        world.b.admin.post(&object, json!({})).problem("not-found");
        let objected = world.a.viewer.post(&object, json!({})).expect(200).json();
        assert!(objected["objected_by"].is_string());
        world.a.viewer.post(&object, json!({})).problem("state-conflict").expect(409);
        world.server.advance(std::time::Duration::from_secs(73 * 3600));
        accept(&issued).problem("invitation-invalid");

        let issued = world.network_admin.renew().post(&invite, body()).expect(201).json();
        world.server.advance(std::time::Duration::from_secs(73 * 3600));
        // As soon as somebody administers it again it is neither accepted nor objected to.
        let coordinator = world.a.members[&awasir::access::Role::Coordinator];
        let has_role = |role: &str| world.server.look(|db| {
            use awasir::db::schema::members::dsl;
            use diesel::prelude::*;
            diesel::update(dsl::members.find(coordinator)).set(dsl::role.eq(role)).execute(db).unwrap();
        });
        has_role("admin");
        accept(&issued).problem("invitation-invalid").expect(404);
        world.a.viewer.renew().post(&object, json!({})).problem("state-conflict").expect(409);
        has_role("coordinator");
        accept(&issued).expect(200);
    }
}
