//! Erasing people: nothing of them is left but the title and organisation of their day.

mod account;
mod races;
mod search;

use awasir::access::Role;
use awasir::types::OrganisationId;

use crate::support::*;
use crate::visits::{Trip, draft};
pub use search::*;

const NAME: &str = "الطيب ود الشيخ الكباشي";
const LATIN: &str = "Tayeb Kabbashi-Unrepeated";
const HONORIFIC: &str = "المستشار الموقّر";
const EMAIL: &str = "Tayeb.Kabbashi@unrepeated.example";
const PHONE: &str = "+249918273645";
const BODY: &str = "إذاعة وادي هور";
const SAID: &str = "سيّد الكلمة الطيبة";
const CONSENTED: &str = "شفاهةً أمام الحاج";
const TITLE: &str = "أمين مال الجمعية";
/// All that is the person's own.
const PERSONAL: [&str; 8] = [NAME, LATIN, HONORIFIC, EMAIL, PHONE, BODY, SAID, CONSENTED];

fn person() -> Value {
    json!({"name": {"ar": NAME, "en": LATIN}, "honorific": ar(HONORIFIC), "title": ar(TITLE), "email": EMAIL, "phone": PHONE})
}

fn member(organisation: OrganisationId, id: impl std::fmt::Display) -> String {
    format!("/v1/organisations/{organisation}/members/{id}")
}

fn entry(world: &World, role: Role) -> String {
    member(world.a.id, world.a.members[&role])
}

/// A delegate who is the member.
fn delegate(world: &World, id: &str) -> Value {
    json!({"organisation_id": world.a.id, "side": "visitor", "member_id": id, "affiliation": ar(BODY), "introduced_as": ar(SAID),
        "public_name_consent": {"given_on": "2025-07-01", "how": CONSENTED}})
}

/// Visits of all kinds in which a member was named: in drafts, declined and gone on with, concluded, removed and changed.
fn travels(world: &World, id: &str) -> (Trip, Trip) {
    let mut body = draft(world);
    body["delegates"] = json!([delegate(world, id)]);
    body["discussions"] = json!([{"topic": "media", "summary": ar("نقاش")}]);
    let concluded = Trip::concluded(world, body.clone(), "network");
    Trip::draft(world, body.clone());
    let deleted = Trip::draft(world, body.clone());
    world.a.contributor.delete(&deleted.path).if_match("*").expect(204);

    let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
    let mut wider = body.clone();
    wider["parties"] = crate::visits::parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
    let declined = Trip::proposed(world, wider);
    declined.act(&c.coordinator, "decline", json!({})).expect(200);
    assert_eq!(declined.seen_by(&c.viewer)["delegates"][0]["name"]["ar"], NAME);
    // Removed from the visit that goes on; the one who declined still has them.
    let one = declined.seen_by(&world.a.viewer)["delegates"][0]["id"].as_str().unwrap().to_owned();
    world.a.contributor.delete(&declined.below(&format!("delegates/{one}"))).if_match("*").expect(204);

    // Said to be the member by mistake, then said to be somebody else.
    let mistaken = Trip::draft(world, draft(world));
    let added = world
        .a
        .contributor
        .post(&mistaken.below("delegates"), delegate(world, id))
        .key("delegate")
        .expect(201)
        .id();
    let corrected = json!({"member_id": null, "name": {"ar": "شخص آخر", "en": null}, "honorific": null, "affiliation": null,
        "introduced_as": null, "public_name_consent": null});
    world
        .a
        .contributor
        .patch(&mistaken.below(&format!("delegates/{added}")), corrected)
        .if_match("*")
        .expect(200);
    // Or said to be no member, and left under the name.
    let unlinked =
        world.a.contributor.post(&mistaken.below("delegates"), delegate(world, id)).expect(201).id();
    let unlinked = mistaken.below(&format!("delegates/{unlinked}"));
    world.a.contributor.patch(&unlinked, json!({"member_id": null})).if_match("*").expect(200);
    (concluded, declined)
}

on_both_engines! {
    fn a_member_is_found_nowhere(world: World) {
        let made = world.a.admin.post(&world.a.path("/members"), person()).key("member").expect(201);
        let (id, path) = (made.id(), member(world.a.id, made.id()));
        let invite = json!({"member_id": id, "role": "viewer", "email": EMAIL, "phone": PHONE});
        let open = world.a.admin.post(&world.a.path("/invitations"), invite.clone()).key("invite").expect(201).json();
        let withdrawn = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).id();
        world.a.admin.delete(&world.a.path(&format!("/invitations/{withdrawn}"))).expect(204);
        world.a.admin.patch(&path, json!({"honorific": ar("الفكي")})).if_match("*").expect(200);
        let (concluded, declined) = travels(&world, &id);
        assert_there(&world.server, &PERSONAL);
        let before = concluded.seen_by(&world.b.viewer);

        let erased = world.a.admin.post(&format!("{path}/erase"), json!({})).key("erase").expect(200).json();
        assert_eq!(erased["name"], json!({"ar": "عضو سابق", "en": "Former member"}));
        for gone in ["honorific", "email", "phone", "role", "user_id"] {
            assert_eq!(erased[gone], Value::Null, "{gone}");
        }
        assert_eq!(erased["title"], ar(TITLE));
        assert!(erased["left_on"].is_string() && erased["erased_at"].is_string());
        assert_gone(&world.server, &PERSONAL);
        assert!(assert_digests_hold(&world.server) > 0);

        // The report keeps title and organisation; what was answered stands.
        let now = concluded.seen_by(&world.b.viewer);
        let there = &now["delegates"][0];
        assert_eq!((&there["title"], &there["organisation_id"]), (&ar(TITLE), &json!(world.a.id)));
        for gone in ["name", "honorific", "affiliation", "introduced_as"] {
            assert_eq!(there[gone], Value::Null, "{gone}");
        }
        assert_eq!((&there["public_name_consent"], &there["member_id"]), (&json!(false), &json!(id)));
        assert_eq!((&now["state"], &now["parties"], &now["report"]), (&before["state"], &before["parties"], &before["report"]));
        assert_eq!(now["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
        assert!(declined.seen_by(&world.b.viewer)["delegates"].as_array().unwrap().is_empty());

        assert_eq!(world.server.actions_on(&id), ["member.created", "member.changed", "member.ended", "member.erased"]);
        let invitation = world.server.actions_on(open["id"].as_str().unwrap());
        assert_eq!(invitation, ["invitation.created", "invitation.revoked", "invitation.erased"]);
        let accept = json!({"token": open["token"], "password": "نخيل على ضفة النيل", "email": "x@example.org"});
        world.stranger.post("/v1/auth/invitations/accept", accept).problem("invitation-invalid");

        // The first answers again, without the person.
        let again = world.a.admin.post(&world.a.path("/members"), person()).key("member").expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!((again.id(), again.json()["name"]["ar"].as_str()), (id.clone(), Some("عضو سابق")));
        assert_eq!(world.a.admin.post(&format!("{path}/erase"), json!({})).expect(200).json(), erased);
        world.a.admin.post(&format!("{path}/erase"), json!({})).version(1).expect(200);
        world.a.admin.patch(&path, json!({"name": ar("س")})).if_match("*").problem("state-conflict");
        let found = world.a.viewer.get(&world.a.path("/members?q=عضو سابق")).expect(200).ids();
        assert_eq!(found, std::slice::from_ref(&id));
        assert!(world.a.viewer.get(&world.a.path("/members?q=Kabbashi")).expect(200).ids().is_empty());
        // Nobody is said to be them any more.
        let body = json!({"organisation_id": world.a.id, "side": "visitor", "member_id": id});
        world.a.contributor.post(&declined.below("delegates"), body).expect(422).error("/member_id", "unknown-reference");
    }

    fn who_may_erase_whom(world: World) {
        let (viewer, contributor) = (entry(&world, Role::Viewer), entry(&world, Role::Contributor));
        let erase = |client: &Client, path: &str| client.post(&format!("{path}/erase"), json!({})).send();
        erase(&world.stranger, &viewer).problem("unauthenticated");
        erase(&world.b.admin, &viewer).problem("not-found").expect(404);
        erase(&world.network_admin, &viewer).problem("not-found").expect(404);
        erase(&world.b.admin, &member(world.b.id, world.a.members[&Role::Viewer])).problem("not-found");
        for client in [&world.a.contributor, &world.a.coordinator] {
            let reply = erase(client, &viewer).problem("forbidden").expect(403).json();
            assert_eq!(reply["required_permission"], "members:write");
        }
        erase(&world.a.viewer, &contributor).problem("forbidden").expect(403);
        // Oneself, but not with a part of one's rights, and not for somebody else.
        let narrowed = world.a.viewer.narrowed([awasir::access::Right::MembersRead].into_iter().collect());
        erase(&narrowed, &viewer).problem("forbidden");
        world.a.viewer.post(&format!("{viewer}/erase"), json!({})).version(9).problem("version-mismatch").expect(412);
        let token = world.a.viewer.with_token(&world.a.viewer.token().unwrap());
        let erased = erase(&world.a.viewer, &viewer).expect(200).json();
        assert_eq!((&erased["role"], &erased["user_id"]), (&Value::Null, &Value::Null));
        token.get(&world.a.path("")).problem("invalid-token").expect(401);
        world.a.viewer.renew().get(&world.a.path("")).problem("forbidden");
        // The account stays, and whoever was erased may ask again.
        assert_eq!(world.a.viewer.get("/v1/me").expect(200).json()["email"], "viewer@wadi.example");
        assert_eq!(erase(&world.a.viewer, &viewer).expect(200).json(), erased);
        assert_eq!(erase(&world.a.admin, &viewer).expect(200).json(), erased);
        erase(&world.a.contributor, &viewer).problem("forbidden");
        // One who was ended long ago is still the person.
        world.a.admin.post(&format!("{contributor}/end"), json!({})).expect(200);
        assert_eq!(erase(world.a.contributor.renew(), &contributor).expect(200).json()["name"]["en"], "Former member");
        assert_digests_hold(&world.server);
    }

    fn the_last_admin_is_not_erased(world: World) {
        let admin = entry(&world, Role::Admin);
        let erase = || world.a.admin.post(&format!("{admin}/erase"), json!({})).send();
        erase().problem("last-admin").expect(409);
        assert_eq!(world.a.viewer.get(&admin).expect(200).json()["role"], "admin");
        world.a.admin.patch(&entry(&world, Role::Viewer), json!({"role": "admin"})).if_match("*").expect(200);
        erase().expect(200);
        world.a.admin.renew().get(&world.a.path("")).problem("forbidden");
        world.a.viewer.renew().get(&admin).expect(200);
    }

    fn an_organisation_that_has_ended_needs_no_admin(world: World) {
        let admin = entry(&world, Role::Admin);
        let act = |action: &str| {
            let body = json!({"reason": ar("سبب")});
            world.network_admin.post(&world.a.path(&format!("/{action}")), body).expect(200);
            world.a.admin.renew();
            world.a.viewer.renew();
        };
        act("suspend");
        world.a.admin.post(&format!("{admin}/erase"), json!({})).problem("last-admin");
        // It writes nothing while suspended, but its people are their own.
        let viewer = entry(&world, Role::Viewer);
        world.a.admin.post(&format!("{viewer}/erase"), json!({})).problem("forbidden");
        world.a.viewer.post(&format!("{viewer}/erase"), json!({})).expect(200);
        act("reinstate");
        act("dissolve");
        world.a.admin.post(&format!("{admin}/erase"), json!({})).expect(200);
    }

    /// What was stored before there was a table to find it by is found too.
    fn what_was_there_before_is_found(world: World) {
        let id = world.a.admin.post(&world.a.path("/members"), person()).key("member").expect(201).id();
        travels(&world, &id);
        use awasir::db::schema::{delegate_links as d, kept_answer_people as k};
        use diesel::connection::SimpleConnection as _;
        use diesel::prelude::*;
        let links = |server: &TestServer| {
            let one = awasir::types::AnyId(awasir::types::parse_uuid(&id).unwrap());
            server.look(|db| {
                let links: i64 = d::table.filter(d::member_id.eq(one)).count().get_result(db).unwrap();
                let kept: i64 = k::table.filter(k::person_id.eq(one)).count().get_result(db).unwrap();
                (links, kept)
            })
        };
        let before = links(&world.server);
        assert_eq!(before, (6, 2));
        let common = include_str!("../../../migrations/common/2026-11-25-000620_erasure/up.sql");
        let filled = common.split(';').find(|statement| statement.contains("insert into delegate_links")).unwrap();
        let rest = match world.server.engine() {
            Engine::Sqlite => include_str!("../../../migrations/sqlite/2026-11-25-000621_erasure/up.sql"),
            Engine::Postgres => include_str!("../../../migrations/postgres/2026-11-25-000621_erasure/up.sql"),
        };
        world.server.look(|db| {
            db.batch_execute("delete from delegate_links; delete from kept_answer_people").unwrap();
            db.batch_execute(filled).unwrap();
            db.batch_execute(rest).unwrap();
        });
        assert_eq!(links(&world.server), before);
        world.a.admin.post(&format!("{}/erase", member(world.a.id, &id)), json!({})).expect(200);
        assert_gone(&world.server, &PERSONAL);
    }
}
