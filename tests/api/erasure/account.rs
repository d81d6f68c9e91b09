//! An account erased by its owner.

use std::time::Duration;

use awasir::db::schema::journal_entries;
use awasir::types::Json;
use diesel::prelude::*;

use super::*;
use crate::support::world::{PASSWORD, join, organisation, person as account};

const ME: &str = "/v1/me";
const NEW: &str = "نخيل على ضفة النيل";
const AGENT: &str = "UnrepeatedBrowser/7.3";

fn token(world: &World, reply: &Reply) -> Client {
    world.stranger.with_token(reply.json()["access_token"].as_str().unwrap())
}

/// A problem but for what differs from request to request.
fn told(reply: &Reply) -> Value {
    let mut problem = reply.json();
    problem["request_id"] = Value::Null;
    problem
}

on_both_engines! {
    fn an_account_is_found_nowhere(world: World) {
        // Invited, the first time in vain; accepted from an address with a browser.
        let invite = json!({"role": "contributor", "email": EMAIL, "name": {"ar": NAME, "en": LATIN}, "title": ar(TITLE)});
        world.a.admin.post(&world.a.path("/invitations"), invite.clone()).expect(201);
        let open = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
        let accept = json!({"token": open["token"], "password": NEW});
        let signed_in = world.stranger.post("/v1/auth/invitations/accept", accept).header("User-Agent", AGENT).expect(200);
        let (me, refresh) = (token(&world, &signed_in), signed_in.json()["refresh_token"].clone());
        let user = signed_in.json()["user"]["id"].as_str().unwrap().to_owned();
        me.patch(ME, json!({"phone": PHONE})).if_match("*").expect(200);
        let second = "نخيل على ضفة النيل الأزرق";
        let changed = json!({"old_password": NEW, "password": second});
        let changed = me.post("/v1/me/password", changed).key("password").expect(200);
        let me = token(&world, &changed);

        // A member of another organisation too, a delegate of both; asked to join a third, and applied for a fourth.
        let name = json!({"ar": NAME, "en": LATIN});
        let invite = json!({"role": "viewer", "email": EMAIL, "phone": PHONE, "name": name});
        let other = world.b.admin.post(&world.b.path("/invitations"), invite.clone()).expect(201).json();
        let joined = me.post("/v1/auth/invitations/accept", json!({"token": other["token"]})).expect(200);
        let me = token(&world, &joined);
        let c = organisation(&world.server, "جمعية سنار", "sennar");
        let third = c.admin.post(&c.path("/invitations"), invite).expect(201).json();
        let applied = json!({"name": ar("لجنة الحي"), "legal_form": "committee", "sectors": ["health"],
            "applicant": {"name": name, "email": EMAIL}});
        let applied = world.stranger.post("/v1/organisations", applied).expect(201).id();
        let people = world.a.admin.get(&world.a.path("/members?q=Kabbashi")).expect(200).data();
        let id = people[0]["id"].as_str().unwrap().to_owned();
        world.a.admin.patch(&member(world.a.id, &id), json!({"honorific": ar(HONORIFIC)})).if_match("*").expect(200);
        let (concluded, _) = travels(&world, &id);
        let reset = world.a.admin.post(&format!("{}/reset-code", member(world.a.id, &id)), json!({})).send();
        reset.problem("state-conflict");
        let everything = [&PERSONAL[..], &[AGENT]].concat();
        assert_there(&world.server, &everything);

        me.delete(ME).problem("version-required").expect(428);
        me.delete(ME).version(1).problem("version-mismatch").expect(412);
        let tag = me.get(ME).expect(200).etag();
        me.delete(ME).if_match(&tag).expect(204);
        assert_gone(&world.server, &everything);
        assert!(assert_digests_hold(&world.server) > 0);

        // Nothing opens it any more, and nobody learns that there was one.
        me.get(ME).problem("invalid-token").expect(401);
        me.delete(ME).if_match("*").problem("invalid-token").expect(401);
        let refreshed = json!({"refresh_token": joined.json()["refresh_token"]});
        world.stranger.post("/v1/auth/refresh", refreshed).problem("invalid-token").expect(401);
        world.stranger.post("/v1/auth/refresh", json!({"refresh_token": refresh})).expect(401);
        let login = |body: Value| world.stranger.post("/v1/auth/login", body).problem("invalid-credentials").expect(401);
        let unknown = told(&login(json!({"email": "nobody@unrepeated.example", "password": second})));
        assert_eq!(told(&login(json!({"email": EMAIL, "password": second}))), unknown);
        assert_eq!(told(&login(json!({"phone": PHONE, "password": second}))), unknown);
        let opened = json!({"token": third["token"], "password": NEW});
        world.stranger.post("/v1/auth/invitations/accept", opened).problem("invitation-invalid");
        let application = world.network_admin.get(&format!("/v1/organisations/{applied}")).expect(200).json();
        assert_eq!(application["application"]["applicant"], Value::Null);
        let there = &concluded.seen_by(&world.b.viewer)["delegates"][0];
        assert_eq!((&there["name"], &there["title"]), (&Value::Null, &ar(TITLE)));
        for (admin, organisation) in [(&world.a.admin, world.a.id), (&world.b.admin, world.b.id)] {
            let former = admin.get(&format!("/v1/organisations/{organisation}/members?q=former")).expect(200).data();
            assert_eq!((former.len(), &former[0]["role"]), (1, &Value::Null));
        }
        assert_eq!(world.server.actions_on(&user).last().map(String::as_str), Some("user.erased"));
        let ends = world.server.actions_on(&id);
        assert_eq!(ends[ends.len() - 2..], ["member.ended", "member.erased"]);

        // Address and number are free: the same person may come again, as somebody new.
        let invite = json!({"role": "viewer", "email": EMAIL, "phone": PHONE, "name": ar("عائد")});
        let again = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
        let accept = json!({"token": again["token"], "password": NEW});
        let new = world.stranger.post("/v1/auth/invitations/accept", accept).expect(200).json()["user"]["id"].clone();
        assert_ne!(new, user);
    }

    fn an_address_that_one_only_wrote_oneself_erases_nothing(world: World) {
        let invite = json!({"role": "admin", "email": EMAIL, "name": ar(NAME)});
        let open = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
        let applied = json!({"name": ar("لجنة الحي"), "legal_form": "committee", "applicant": {"name": ar(NAME), "email": EMAIL}});
        let applied = world.stranger.post("/v1/organisations", applied).expect(201).id();
        world.b.coordinator.patch(ME, json!({"email": EMAIL})).if_match("*").expect(200);
        world.b.coordinator.delete(ME).if_match("*").expect(204);
        world.stranger.post("/v1/auth/invitations/preview", json!({"token": open["token"]})).expect(200);
        let application = world.network_admin.get(&format!("/v1/organisations/{applied}")).expect(200).json();
        assert_eq!(application["application"]["applicant"]["email"], EMAIL);
    }

    fn another_node_refuses_the_token_within_a_second(world: World) {
        let other = TestServer::on(std::sync::Arc::clone(&world.server.place), |_| {});
        let token = world.a.viewer.with_token(&world.a.viewer.token().unwrap()).at(&other.url).blind();
        eventually("the other node knows the token", std::time::Duration::from_secs(5), || token.get(ME).send().status == 200);
        world.a.viewer.delete(ME).if_match("*").expect(204);
        eventually("the token is refused", std::time::Duration::from_secs(1), || token.get(ME).send().status == 401);
    }

    fn the_last_admin_of_organisations_stays(world: World) {
        let both = &world.a.admin;
        join(&world.server, both, world.b.id, Role::Admin);
        let refused = both.delete(ME).if_match("*").problem("last-admin").expect(409).json();
        assert_eq!(refused["organisations"], json!([{"organisation_id": world.a.id,
            "organisation_name": {"ar": "جمعية الوادي", "en": "wadi"}}]));
        let me = both.get(ME).expect(200).json();
        assert_eq!((me["email"].as_str(), me["memberships"].as_array().unwrap().len()), (Some("admin@wadi.example"), 2));
        world.network_admin.post(&world.a.path("/dissolve"), json!({"reason": ar("سبب")})).expect(200);
        both.renew().delete(ME).if_match("*").expect(204);
        world.b.viewer.get(&world.b.path("/members")).expect(200);
        world.b.admin.delete(ME).if_match("*").problem("last-admin").expect(409);
    }

    fn the_networks_last_admin_stays(world: World) {
        world.network_admin.delete(ME).if_match("*").problem("last-network-admin").expect(409);
        let second = account(&world.server, "second@awasir.example", true);
        second.delete(ME).if_match("*").expect(204);
        second.with_token(&second.token().unwrap()).get(ME).problem("invalid-token");
        world.network_admin.delete(ME).if_match("*").problem("last-network-admin").expect(409);
    }

    fn an_account_without_memberships_and_one_with_a_temporary_password(world: World) {
        let nobody = account(&world.server, "nobody@unrepeated.example", false);
        use awasir::db::schema::users;
        use diesel::prelude::*;
        let temporary = |is: bool| {
            let row = users::table.find(nobody.user());
            world.server.look(|db| diesel::update(row).set(users::password_temporary.eq(is)).execute(db).unwrap());
            nobody.renew();
        };
        temporary(true);
        nobody.delete(ME).if_match("*").problem("password-change-required").expect(403);
        temporary(false);
        nobody.delete(ME).if_match("*").expect(204);
        assert_gone(&world.server, &["nobody@unrepeated.example"]);
        world.stranger.delete(ME).if_match("*").problem("unauthenticated").expect(401);
        let signed_in = json!({"email": "nobody@unrepeated.example", "password": PASSWORD});
        world.stranger.post("/v1/auth/login", signed_in).problem("invalid-credentials");
    }

    fn what_is_written_of_somebody_who_is_being_erased_is_erased_too(world: World) {
        let gone = account(&world.server, "gone@example.org", false);
        join(&world.server, &gone, world.a.id, Role::Contributor);
        gone.post("/v1/communities", json!({"name": ar("قرية الراحل"), "country": "SD"})).expect(201);
        let theirs = || journal_entries::table.filter(journal_entries::user_id.eq(Some(gone.user())));
        let address: Option<Json<serde_json::Value>> =
            world.server.look(|db| theirs().select(journal_entries::address).first(db).unwrap());
        assert!(address.is_some());
        gone.delete("/v1/me").if_match("*").expect(204);
        // As a write would leave it that is committed after the erasure looked.
        let community = || theirs().filter(journal_entries::thing_kind.eq("community"));
        let back = || journal_entries::address.eq(address.clone());
        world.server.look(|db| diesel::update(community()).set(back()).execute(db).unwrap());
        // A minute later; not before, when somebody may be writing still.
        let round = || actix_web::rt::System::new().block_on(awasir::housekeeping::round(&world.server.app)).unwrap();
        assert_eq!(round().erasures, 0);
        world.server.advance(Duration::from_secs(61));
        assert_eq!(round().erasures, 1);
        let kept: i64 = world.server.look(|db| {
            theirs().filter(journal_entries::address.is_not_null()).count().get_result(db).unwrap()
        });
        assert_eq!(kept, 0);
        assert_eq!(world.server.journal().last().unwrap().action, "user.erased");
        assert_digests_hold(&world.server);
        assert_eq!(round(), awasir::housekeeping::Round::default());
        // Once is enough.
        world.server.look(|db| diesel::update(community()).set(back()).execute(db).unwrap());
        assert_eq!(round().erasures, 0);
    }

    fn two_network_admins_who_leave_at_once(world: World) {
        for round in 0..4 {
            let second = network_admin_by(&world, round);
            let (one, other) = std::thread::scope(|scope| {
                let one = scope.spawn(|| world.network_admin.delete(ME).if_match("*").send());
                let other = scope.spawn(|| second.delete(ME).if_match("*").send());
                (one.join().unwrap(), other.join().unwrap())
            });
            let left = [&one, &other].iter().filter(|reply| reply.status == 204).count();
            assert_eq!(left, 1, "{round}: {one} {other}");
            if one.status == 204 {
                return;
            }
        }
    }
}

fn network_admin_by(world: &World, round: usize) -> Client {
    let client = account(&world.server, &format!("second{round}@awasir.example"), true);
    client.token();
    world.network_admin.token();
    client
}
