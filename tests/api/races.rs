//! Thirty-two clients at once: exactly one effect.

use std::collections::BTreeMap;
use std::sync::Barrier;

use crate::support::*;

const CLIENTS: usize = 32;
const COMMUNITIES: &str = "/v1/communities";

/// Has all clients do something at the same moment.
pub fn at_once<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    at_once_by(CLIENTS, act)
}

/// The same with so many clients.
pub fn at_once_by<T: Send>(clients: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(clients);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|n| {
                let (barrier, act) = (&barrier, &act);
                scope.spawn(move || {
                    barrier.wait();
                    act(n)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// How many answers of each kind there were: the status, and the code of problems.
pub fn tally<'a>(replies: impl IntoIterator<Item = &'a Reply>) -> BTreeMap<String, usize> {
    replies.into_iter().fold(BTreeMap::new(), |mut tally, reply| {
        let said = if reply.body.is_empty() { Value::Null } else { reply.json() };
        let code = said["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        *tally.entry(format!("{}{code}", reply.status)).or_default() += 1;
        tally
    })
}

fn village(name: &str) -> Value {
    json!({"name": {"ar": name}, "country": "SD"})
}

on_both_engines! {
    fn one_idempotency_key(world: World) {
        world.a.contributor.token();
        let replies = at_once(|_| world.a.contributor.post(COMMUNITIES, village("كوستي")).key("k").send());
        let tally = tally(&replies);
        let made = replies.iter().filter(|reply| reply.status == 201);
        let first = made.clone().filter(|reply| reply.header("idempotency-replayed").is_none()).count();
        assert_eq!(first, 1, "{tally:?}");
        assert!(tally.keys().all(|kind| ["201", "409 idempotency-in-flight"].contains(&kind.as_str())), "{tally:?}");
        let ids: std::collections::BTreeSet<String> = made.map(Reply::id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(world.a.viewer.get(COMMUNITIES).expect(200).ids(), ids.into_iter().collect::<Vec<_>>());
        assert_eq!(world.server.journal().len(), 1);
    }

    fn one_client_made_id(world: World) {
        let id = uuid::Uuid::new_v4();
        let body = json!({"id": id, "name": {"ar": "كوستي"}, "country": "SD"});
        let replies = at_once(|_| world.a.contributor.post(COMMUNITIES, body.clone()).send());
        let tally = tally(&replies);
        assert_eq!((tally.get("201"), tally.get("200")), (Some(&1), Some(&(CLIENTS - 1))), "{tally:?}");
        assert_eq!(world.server.journal().len(), 1);
    }

    fn one_client_made_id_for_different_things(world: World) {
        let id = uuid::Uuid::new_v4();
        let replies = at_once(|n| {
            let body = json!({"id": id, "name": {"ar": format!("قرية {n}")}, "country": "SD"});
            world.a.contributor.post(COMMUNITIES, body).send()
        });
        let tally = tally(&replies);
        assert_eq!((tally.get("201"), tally.get("409 id-taken")), (Some(&1), Some(&(CLIENTS - 1))), "{tally:?}");
        assert_eq!(world.a.viewer.get(COMMUNITIES).expect(200).data().len(), 1);
    }

    fn one_version_to_patch(world: World) {
        let id = world.a.contributor.post(COMMUNITIES, village("كوستي")).expect(201).id();
        let path = format!("{COMMUNITIES}/{id}");
        let replies = at_once(|n| {
            world.a.contributor.patch(&path, json!({"name": {"en": format!("Kosti {n}")}})).version(1).send()
        });
        let tally = tally(&replies);
        let expected = (Some(&1), Some(&(CLIENTS - 1)));
        assert_eq!((tally.get("200"), tally.get("412 version-mismatch")), expected, "{tally:?}");
        let now = world.a.viewer.get(&path).expect(200).json();
        let winner = replies.iter().find(|reply| reply.status == 200).unwrap();
        assert_eq!((now["version"].clone(), now), (json!(2), winner.json()));
        assert_eq!(world.server.actions_on(&id).len(), 2);
    }

    fn the_same_village_added_by_all(world: World) {
        let replies = at_once(|_| world.a.contributor.post(COMMUNITIES, village("كوستي")).send());
        let tally = tally(&replies);
        let expected = (Some(&1), Some(&(CLIENTS - 1)));
        assert_eq!((tally.get("201"), tally.get("409 possible-duplicate")), expected, "{tally:?}");
    }
}
