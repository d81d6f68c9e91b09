//! Access, derived from the OpenAPI document: every operation without a token, with too little right,
//! with a token narrowed too far, and from another organisation. No list of operations is kept here.

use awasir::access::{Right, Rights, Role};
use reqwest::Method;

use crate::support::document::{document, guarded};
use crate::support::examples::{Examples, SEEN_BY_ALL};
use crate::support::{self, *};

#[test]
fn every_operation_says_who_may() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let public = operation["x-public"] == true;
            let rights = operation["x-permission"].as_array().cloned().unwrap_or_default();
            assert!(
                public == rights.is_empty(),
                "{method} {path} says neither or both of x-public, x-permission"
            );
            for right in rights {
                let right = right.as_str().unwrap();
                let known = ["self", "signed-in"].contains(&right) || right.parse::<Right>().is_ok();
                assert!(known, "{method} {path}: there is no right {right}");
            }
        }
    }
}

on_both_engines! {
    fn without_a_token_401(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let reply = operation.request(&world.stranger, &examples).problem("unauthenticated").expect(401);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{reply}");
            operation.request(&world.stranger.with_token("x"), &examples).problem("invalid-token").expect(401);
        }
    }

    fn with_too_little_right_403(world: World) {
        let examples = Examples::of(&world);
        let nobody = support::world::person(&world.server, "nobody@example.org", false);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() {
                continue;
            }
            let lacking = Role::ALL.iter().filter(|role| rights.iter().all(|right| !role.rights().contains(*right)));
            if operation.is_oneselfs_too() {
                // The examples are about the viewer; of the others, who sees the thing may not do it.
                for role in lacking.filter(|role| **role != Role::Viewer) {
                    operation.request(world.a.with(*role), &examples).problem("forbidden").expect(403);
                }
                for caller in [&nobody, &world.network_admin] {
                    operation.request(caller, &examples).problem("not-found").expect(404);
                }
                continue;
            }
            let mut callers: Vec<&Client> = lacking.map(|role| world.a.with(*role)).collect();
            callers.push(&nobody);
            if !rights.iter().any(|right| Rights::NETWORK_ADMIN.contains(*right) || right.over_all().is_some()) {
                callers.push(&world.network_admin);
            }
            for caller in callers {
                let reply = operation.request(caller, &examples).problem("forbidden").expect(403);
                let required = &reply.json()["required_permission"];
                assert!(rights.iter().any(|right| *required == right.as_str()), "{reply}");
            }
        }
    }

    fn with_a_token_narrowed_too_far_403(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() {
                continue;
            }
            let others: Rights = Right::ALL.iter().copied().filter(|right| !rights.contains(right)).collect();
            let narrowed = world.a.admin.narrowed(others);
            operation.request(&narrowed, &examples).problem("forbidden").expect(403);
        }
    }

    /// Another organisation's admin, who holds every right there: not seen (404), or seen and not theirs (403).
    fn from_another_organisation(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded() {
            let rights = operation.opened_by();
            if rights.is_empty() || !operation.path.contains('{') {
                continue;
            }
            let seen_by_all = SEEN_BY_ALL.contains(&operation.path.as_str());
            let reply = operation.request(&world.b.admin, &examples).send();
            if seen_by_all && operation.reads() {
                reply.expect(200);
                continue;
            }
            // The one list of communities is everybody's.
            if operation.path.starts_with("/v1/communities") {
                assert!([200, 422].contains(&reply.status), "{reply}");
                continue;
            }
            // The organisation itself is seen, so what its own may do with it is forbidden; what stands
            // below it isn't seen.
            let below = operation.path.strip_prefix("/v1/organisations/{id}/").is_some_and(|rest| {
                let read_too = |one: &support::document::Described| one.reads() && one.path == operation.path;
                rest.contains('/') || guarded().iter().any(read_too)
            });
            let held = rights.iter().any(|right| Role::Admin.rights().contains(*right));
            let on_itself = operation.path.starts_with("/v1/organisations/{id}") && !(below && held);
            // What is the network admin's alone is refused before anybody looks.
            let network = rights.iter().all(|right| right.is_network());
            let expected = if on_itself || network { 403 } else { 404 };
            assert_eq!(reply.status, expected, "{}: {reply}", operation.name());
        }
    }

    fn nothing_of_another_organisation_in_a_list(world: World) {
        let examples = Examples::of(&world);
        for operation in guarded().iter().filter(|one| one.reads() && !one.path.contains('{')) {
            let admin = Role::Admin.rights();
            for (stranger, held) in [(&world.b.admin, admin), (&world.network_admin, Rights::NETWORK_ADMIN)] {
                let reply = operation.request(stranger, &examples).send();
                let rights = operation.opened_by();
                if rights.is_empty() || rights.iter().any(|right| held.contains(*right)) {
                    assert_eq!(reply.status, 200, "{}: {reply}", operation.name());
                }
                // What the network's admin is there to see over all.
                if !rights.is_empty() && rights.iter().all(|right| right.is_network()) && reply.status == 200 {
                    continue;
                }
                let text = reply.text();
                for id in examples.private() {
                    assert!(!text.contains(id.as_str()), "{}: {reply}", operation.name());
                }
            }
        }
    }

    /// Ids that name nothing are answered as those that may not be seen.
    fn what_is_not_there_is_404(world: World) {
        for operation in guarded().iter().filter(|one| one.path.contains('{')) {
            let id = "01890a5d-ac96-774b-bcce-b302099a8057";
            let parts = operation.path.split('/').map(|part| if part.starts_with('{') { id } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let request = world.a.admin.request(operation.method.clone(), &path).if_match("*");
            let reply = operation.with_nothing(request).send();
            let network = operation.opened_by().iter().all(|right| Rights::NETWORK_ADMIN.contains(*right));
            // What revokes is 204 again when repeated, and says nothing of what was there.
            let revokes = operation.method == Method::DELETE && reply.status == 204;
            let expected = if network && !operation.opened_by().is_empty() { 403 } else { 404 };
            assert!(reply.status == expected || revokes, "{}: {reply}", operation.name());
        }
    }
}
