//! Erasing while others write: whatever comes first, nothing of the person is left.

use super::*;
use crate::races::{at_once, tally};
use crate::support::world::{PASSWORD, person as account};

on_both_engines! {
    fn a_delegate_is_edited_meanwhile(world: World) {
        for round in 0..4 {
            let id = world.a.admin.post(&world.a.path("/members"), person()).expect(201).id();
            let mut body = draft(&world);
            body["delegates"] = json!([delegate(&world, &id)]);
            let trip = Trip::draft(&world, body);
            let there = trip.seen_by(&world.a.viewer)["delegates"][0]["id"].as_str().unwrap().to_owned();
            let other = Trip::draft(&world, draft(&world));
            let erase = format!("{}/erase", member(world.a.id, &id));
            for client in [&world.a.admin, &world.a.contributor, &world.a.coordinator] {
                client.token();
            }
            let replies = at_once(|n| match n % 8 {
                0 => world.a.admin.post(&erase, json!({})).send(),
                1 | 2 => {
                    let path = trip.below(&format!("delegates/{there}"));
                    world.a.contributor.patch(&path, json!({"attended": n % 16 < 8})).if_match("*").send()
                }
                3 | 4 => world.a.coordinator.post(&other.below("delegates"), delegate(&world, &id)).key(&format!("{round}-{n}")).send(),
                5 => {
                    let mut body = draft(&world);
                    body["delegates"] = json!([delegate(&world, &id)]);
                    world.a.contributor.post(crate::visits::VISITS, body).key(&format!("{round}-{n}")).send()
                }
                6 => world.a.contributor.patch(&trip.path, json!({"title": ar(&format!("عنوان {n}"))})).if_match("*").send(),
                _ => world.a.contributor.get(&trip.path).send(),
            });
            let tally = tally(&replies);
            assert!(replies.iter().all(|reply| [200, 201, 409, 422].contains(&reply.status)), "{tally:?}");
            assert_gone(&world.server, &[NAME, LATIN, HONORIFIC, EMAIL, PHONE]);
            assert_digests_hold(&world.server);
        }
    }

    fn an_invitation_is_accepted_meanwhile(world: World) {
        for round in 0..6 {
            let id = world.a.admin.post(&world.a.path("/members"), json!({"name": ar("مدعو")})).expect(201).id();
            let email = format!("invited{round}@unrepeated.example");
            let invite = json!({"member_id": id, "role": "admin", "email": email});
            let open = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
            let (accepted, erased) = std::thread::scope(|scope| {
                let accept = json!({"token": open["token"], "password": PASSWORD});
                let accepted = scope.spawn(|| world.stranger.post("/v1/auth/invitations/accept", accept).send());
                let erased = scope.spawn(|| world.a.admin.post(&format!("{}/erase", member(world.a.id, &id)), json!({})).send());
                (accepted.join().unwrap(), erased.join().unwrap())
            });
            erased.expect(200);
            let now = world.a.admin.get(&member(world.a.id, &id)).expect(200).json();
            assert_eq!((&now["role"], &now["email"], now["left_on"].is_string()), (&Value::Null, &Value::Null, true));
            match accepted.status {
                200 => {
                    let token = world.stranger.with_token(accepted.json()["access_token"].as_str().unwrap());
                    token.get(&world.a.path("")).problem("invalid-token").expect(401);
                }
                404 => assert_gone(&world.server, &[&email]),
                _ => panic!("{accepted}"),
            }
            assert!(world.a.admin.get(&world.a.path("/invitations")).expect(200).data().iter().all(|one| one["email"].is_null()));
        }
    }

    fn somebody_signs_in_meanwhile(world: World) {
        for round in 0..4 {
            let email = format!("leaving{round}@unrepeated.example");
            let person = account(&world.server, &email, false);
            let login = || world.stranger.post("/v1/auth/login", json!({"email": email, "password": PASSWORD})).send();
            let first = login().expect(200).json();
            let refreshed = json!({"refresh_token": first["refresh_token"]});
            // For whoever has it: an address that one only wrote oneself takes no invitation along.
            let invite = json!({"role": "viewer", "name": ar("راحل")});
            let open = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
            let tag = person.get("/v1/me").expect(200).etag();
            let replies = at_once(|n| match n % 8 {
                0 => person.delete("/v1/me").if_match(&tag).send(),
                1 | 2 => world.stranger.post("/v1/auth/refresh", refreshed.clone()).send(),
                3 => person.post("/v1/auth/invitations/accept", json!({"token": open["token"]})).send(),
                4 => person.patch("/v1/me", json!({"locale": "en"})).if_match(&tag).send(),
                _ => login(),
            });
            let tally = tally(replies.iter().filter(|reply| reply.status != 204));
            assert!(replies.iter().all(|reply| [200, 204, 401, 404, 409, 412].contains(&reply.status)), "{tally:?}");
            let gone = replies.iter().any(|reply| reply.status == 204)
                || person.renew().delete("/v1/me").if_match("*").send().status == 204;
            assert!(gone, "{tally:?}");
            for reply in replies.iter().filter(|reply| reply.status == 200) {
                if let Some(token) = reply.json()["access_token"].as_str() {
                    world.stranger.with_token(token).get("/v1/me").problem("invalid-token").expect(401);
                }
            }
            login().problem("invalid-credentials").expect(401);
            assert_gone(&world.server, &[&email]);
        }
    }

    fn two_admins_who_leave_at_once(world: World) {
        world.a.admin.patch(&entry(&world, Role::Viewer), json!({"role": "admin"})).if_match("*").expect(200);
        world.a.viewer.renew().token();
        world.a.admin.renew().token();
        let erase = format!("{}/erase", entry(&world, Role::Viewer));
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| world.a.admin.delete("/v1/me").if_match("*").send());
            let other = scope.spawn(|| world.a.viewer.post(&erase, json!({})).send());
            (one.join().unwrap(), other.join().unwrap())
        });
        let statuses = [one.status, other.status];
        assert!(statuses == [204, 409] || statuses == [409, 200], "{one} {other}");
    }
}
