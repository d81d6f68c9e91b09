//! Invitations: by token and by code, and every way in which one must not open a door.

use std::time::Duration;

use awasir::access::Role;
use awasir::db::schema::{invitations, members, organisations, users};
use awasir::types::{InvitationId, Json, MemberId};
use diesel::prelude::*;

use crate::races::{at_once, tally};
use crate::support::world::{PASSWORD, join, person};
use crate::support::*;

const ACCEPT: &str = "/v1/auth/invitations/accept";
const PREVIEW: &str = "/v1/auth/invitations/preview";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn invite(world: &World, body: Value) -> Value {
    world.a.admin.post(&world.a.path("/invitations"), body).expect(201).json()
}

fn for_email(world: &World, email: &str) -> Value {
    invite(world, json!({"email": email, "role": "contributor", "name": {"ar": "آمنة"}}))
}

fn accept(world: &World, body: Value) -> Reply {
    world.stranger.post(ACCEPT, body).send()
}

fn is_pending(world: &World, invitation: &Value) -> bool {
    let rows = world.a.admin.get(&world.a.path("/invitations")).expect(200).data();
    rows.iter().any(|row| row["id"] == invitation["id"] && row["state"] == "pending")
}

on_both_engines! {
    fn a_weak_password_does_not_tell_who_has_an_account(world: World) {
        person(&world.server, "known@example.org", false);
        let known = for_email(&world, "known@example.org");
        let unknown = for_email(&world, "new.person@example.org");
        for invitation in [known, unknown] {
            let body = json!({"token": invitation["token"], "password": "short"});
            world.stranger.post(ACCEPT, body).problem("validation-failed").expect(422);
        }
    }

    fn somebody_new_comes_in(world: World) {
        let path = world.a.path("/invitations");
        let body = json!({"email": "Amna@Example.org", "role": "coordinator", "name": {"ar": "آمنة"}, "title": {"ar": "أمينة السر"}});
        world.a.coordinator.post(&path, body.clone()).problem("forbidden");
        world.b.admin.post(&path, body.clone()).problem("not-found");
        let reply = world.a.admin.post(&path, body.clone()).key("once").expect(201);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let issued = reply.json();
        let token = issued["token"].as_str().unwrap();
        assert!(issued["link"].as_str().unwrap().ends_with(token));
        let again = world.a.admin.post(&path, body).key("once").expect(201).json();
        assert_eq!((&again["id"], &again["token"], &again["code"]), (&issued["id"], &Value::Null, &Value::Null));

        let preview = world.stranger.post(PREVIEW, json!({"token": token})).expect(200).json();
        assert_eq!(preview["organisation_id"], world.a.id.to_string());
        assert_eq!((&preview["role"], &preview["email"]), (&json!("coordinator"), &json!("amna@example.org")));
        accept(&world, json!({"token": token})).expect(422).error("/password", "required");
        accept(&world, json!({"token": token, "password": "short"})).expect(422).error("/password", "too-short");
        // Another address than the invitation's does not count.
        let body = json!({"token": token, "email": "else@example.org", "password": PASSWORD});
        let signed_in = accept(&world, body.clone()).expect(200).json();
        assert_eq!(signed_in["user"]["email"], "amna@example.org");
        assert_eq!(signed_in["user"]["memberships"][0]["role"], "coordinator");
        let client = world.stranger.with_token(signed_in["access_token"].as_str().unwrap());
        client.get("/v1/communities").expect(200);
        accept(&world, body).problem("invitation-invalid");
        world.stranger.post(PREVIEW, json!({"token": token})).problem("invitation-invalid");
        let (title, joined): (Option<Json<Value>>, Option<awasir::types::CalendarDate>) = world.server.look(|db| {
            members::table.filter(members::email.eq("amna@example.org"))
                .select((members::title, members::joined_on)).first(db).unwrap()
        });
        assert_eq!(title.unwrap().get().unwrap(), json!({"ar": "أمينة السر"}));
        assert!(joined.is_some());
    }

    fn a_code_that_was_read_out(world: World) {
        let issued = invite(&world, json!({"role": "viewer", "name": {"ar": "حسن"}}));
        let code = issued["code"].as_str().unwrap().to_lowercase().replace('-', " ");
        let body = |more: Value| {
            let mut body = json!({"code": code, "password": PASSWORD});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        accept(&world, body(json!({}))).expect(422).error("/email", "required");
        let signed_in = accept(&world, body(json!({"phone": "٠٩١٢٣٤٥٦٧٨"}))).expect(200).json();
        assert_eq!(signed_in["user"]["phone"], "+249912345678");
        assert_eq!(signed_in["user"]["name"], json!({"ar": "حسن"}));
        accept(&world, json!({"code": "ABCD-EFGH-JKLM", "password": PASSWORD})).problem("invitation-invalid");
        accept(&world, json!({"code": "x", "token": "y", "password": PASSWORD})).expect(422).error("/code", "not-both");
    }

    /// Takeover: an invitation for an address that has an account must not open the account.
    fn an_invitation_opens_no_account_of_another(world: World) {
        let issued = for_email(&world, "admin@nile.example");
        let free = for_email(&world, "free@example.org");
        let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(members(&issued), members(&free), "the inviter doesn't learn who has an account");
        let token = &issued["token"];
        let made_up = json!({"token": token, "password": "a new password for it"});
        accept(&world, made_up).problem("invalid-credentials");
        assert!(is_pending(&world, &issued));
        // Neither does one's own token, nor another name for it.
        world.a.viewer.post(ACCEPT, json!({"token": token})).problem("invalid-credentials");
        let other = json!({"token": token, "email": "own@example.org", "password": "a new password for it"});
        accept(&world, other).problem("invalid-credentials");
        assert!(is_pending(&world, &issued));
        let signed_in = accept(&world, json!({"token": token, "password": PASSWORD})).expect(200).json();
        assert_eq!(signed_in["user"]["memberships"].as_array().unwrap().len(), 2);
        assert_eq!(signed_in["user"]["id"], world.b.admin.user().to_string());
    }

    /// Takeover: an account made up under somebody's address gets nothing by itself.
    fn an_account_made_up_before_gets_nothing(world: World) {
        let waiting = person(&world.server, "director@example.org", false);
        let issued = for_email(&world, "director@example.org");
        assert_eq!(waiting.get("/v1/me").expect(200).json()["memberships"], json!([]));
        // Who holds the token and isn't that account gets nothing either, and loses nothing.
        accept(&world, json!({"token": issued["token"], "password": "the director's own"})).problem("invalid-credentials");
        assert!(is_pending(&world, &issued));
        // Without an address in the invitation, the address given must be free too.
        let open = invite(&world, json!({"role": "admin", "name": {"ar": "المدير"}}));
        let body = json!({"code": open["code"], "email": "director@example.org", "password": "the director's own"});
        accept(&world, body).problem("invalid-credentials");
        let body = json!({"code": open["code"], "email": "director2@example.org", "password": "the director's own"});
        accept(&world, body).expect(200);
    }

    fn who_is_signed_in_needs_no_password(world: World) {
        let issued = for_email(&world, "coordinator@nile.example");
        let old = world.stranger.with_token(&world.b.coordinator.token().unwrap());
        let reply = world.b.coordinator.post(ACCEPT, json!({"token": issued["token"]})).expect(200).json();
        assert_eq!(reply["user"]["memberships"].as_array().unwrap().len(), 2);
        // The token from before doesn't say so: it is stale.
        eventually("the old token is refused", Duration::from_secs(1), || old.get("/v1/me").send().status == 401);
        world.stranger.with_token(reply["access_token"].as_str().unwrap()).get("/v1/me").expect(200);
    }

    fn a_member_known_by_name_signs_in(world: World) {
        let client = person(&world.server, "x@example.org", false);
        let member = join(&world.server, &client, world.a.id, Role::Viewer);
        world.server.look(|db| {
            diesel::update(members::table.find(member))
                .set((members::user_id.eq(None::<awasir::types::UserId>), members::role.eq(None::<String>)))
                .execute(db).unwrap()
        });
        let path = world.a.path("/invitations");
        let body = json!({"role": "viewer", "member_id": member});
        world.a.admin.post(&path, json!({"role": "viewer", "member_id": MemberId(uuid::Uuid::new_v4())}))
            .expect(422).error("/member_id", "unknown-reference");
        world.a.admin.post(&path, json!({"role": "viewer"})).expect(422).error("/name", "required");
        let issued = invite(&world, body.clone());
        accept(&world, json!({"token": issued["token"], "email": "new@example.org", "password": PASSWORD})).expect(200);
        let (role, version): (Option<String>, i64) = world.server.look(|db| {
            members::table.find(member).select((members::role, members::version)).first(db).unwrap()
        });
        assert_eq!((role.as_deref(), version), (Some("viewer"), 2));
        world.a.admin.post(&path, body).problem("already-member");
        world.a.admin.post(&path, json!({"role": "viewer", "name": {"ar": "س"}, "email": "new@example.org"}))
            .problem("already-member");
    }

    fn an_invitation_dies(world: World) {
        let free = |token: &Value| json!({"token": token, "password": PASSWORD});
        let withdrawn = for_email(&world, "one@example.org");
        let path = world.a.path(&format!("/invitations/{}", withdrawn["id"].as_str().unwrap()));
        world.b.admin.delete(&path).problem("not-found");
        world.a.admin.delete(&path).expect(204);
        world.a.admin.delete(&path).expect(204);
        accept(&world, free(&withdrawn["token"])).problem("invitation-invalid");

        let suspended = for_email(&world, "two@example.org");
        let status = |status: &str| {
            world.server.look(|db| {
                diesel::update(organisations::table.find(world.a.id))
                    .set(organisations::status.eq(status)).execute(db).unwrap()
            })
        };
        status("suspended");
        accept(&world, free(&suspended["token"])).problem("invitation-invalid");
        world.stranger.post(PREVIEW, json!({"token": suspended["token"]})).problem("invitation-invalid");
        status("active");

        let accepted = for_email(&world, "three@example.org");
        accept(&world, free(&accepted["token"])).expect(200);
        let path = world.a.path(&format!("/invitations/{}", accepted["id"].as_str().unwrap()));
        world.a.admin.delete(&path).problem("state-conflict");

        let old = for_email(&world, "four@example.org");
        world.server.advance(7 * DAY);
        world.a.admin.renew();
        accept(&world, free(&old["token"])).problem("invitation-invalid");
        let rows = world.a.admin.get(&world.a.path("/invitations")).expect(200).data();
        let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["expired", "accepted", "expired", "revoked"]);
        let kept = world.a.admin.get(&world.a.path("/invitations")).send().text();
        assert!(!kept.contains("awasir_it_"), "tokens are in no list");
    }

    fn one_that_waits_for_objections(world: World) {
        let issued = for_email(&world, "late@example.org");
        let id: InvitationId = issued["id"].as_str().unwrap().parse().unwrap();
        let from = world.server.app.clock.now().plus(3 * DAY);
        world.server.look(|db| {
            diesel::update(invitations::table.find(id)).set(invitations::usable_from.eq(from)).execute(db).unwrap()
        });
        let body = json!({"token": issued["token"], "password": PASSWORD});
        accept(&world, body.clone()).problem("too-early");
        world.server.advance(3 * DAY);
        accept(&world, body).expect(200);
    }

    fn thirty_two_accept_one_invitation(world: World) {
        let issued = invite(&world, json!({"role": "viewer", "name": {"ar": "واحد"}}));
        let replies = at_once(|n| {
            let email = format!("racer{n}@example.org");
            accept(&world, json!({"token": issued["token"], "email": email, "password": PASSWORD}))
        });
        let accepted = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(accepted, 1, "{:?}", tally(&replies));
        let accounts: i64 = world.server.look(|db| {
            users::table.filter(users::email.like("racer%")).count().get_result(db).unwrap()
        });
        assert_eq!(accounts, 1, "no account is left of those who were late");
    }
}
