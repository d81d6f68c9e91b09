//! How an organisation is reached, its external ids, and who sees them.

use super::*;
use diesel::prelude::*;

/// Makes a visit of which both are parties, as it stands once `b` has answered.
fn share_a_visit(world: &World, response: &str, state: &str) {
    use awasir::db::schema::{visit_facets as f, visit_parties as p, visits as v};
    use awasir::types::AnyId;
    use awasir::visits::{codes::Side, store::facets};
    let visit: awasir::types::VisitId = world.server.app.ids.id();
    let now = world.server.app.clock.now();
    let empty: awasir::types::Json<Value> = awasir::types::Json::new(&json!([])).unwrap();
    let day: awasir::types::CalendarDate = "2026-01-02".parse().unwrap();
    world.server.look(|db| {
        diesel::insert_into(v::table)
            .values((
                (
                    v::id.eq(visit),
                    v::state.eq(state),
                    v::visibility.eq("parties"),
                    v::purposes.eq(empty.clone()),
                ),
                (v::starts_on.eq(day), v::time_zone.eq("Africa/Khartoum"), v::community_ids.eq(empty)),
                (v::folded.eq(""), v::created_by_organisation_id.eq(world.a.id), v::version.eq(1)),
                (v::created_at.eq(now), v::updated_at.eq(now)),
            ))
            .execute(db)
            .unwrap();
        for (organisation, side, response) in
            [(world.a.id, "visitor", "accepted"), (world.b.id, "host", response)]
        {
            diesel::insert_into(p::table)
                .values((
                    p::visit_id.eq(visit),
                    p::organisation_id.eq(organisation),
                    p::side.eq(side),
                    p::place_in_list.eq(0),
                    p::response.eq(response),
                    p::report_approval.eq("pending"),
                    p::state.eq(state),
                    p::created_at.eq(now),
                ))
                .execute(db)
                .unwrap();
        }
        for (who, facet) in [
            (world.a.id, facets::party(world.b.id, Side::Host)),
            (world.b.id, facets::party(world.a.id, Side::Visitor)),
        ] {
            diesel::insert_into(f::table)
                .values((
                    f::organisation_id.eq(AnyId(who.0)),
                    f::facet.eq(facet),
                    f::created_at.eq(now),
                    f::visit_id.eq(AnyId(visit.0)),
                ))
                .execute(db)
                .unwrap();
        }
    });
}

fn give(world: &World) {
    let body = json!({
        "contact": {
            "email": {"value": "nile@example.org", "visibility": "network"},
            "phone": {"value": "٠٩١٢٣٤٥٦٧٨"},
            "address": {"value": "شارع النيل", "visibility": "organisation"},
        },
        "external_ids": [
            {"scheme": "net", "value": "1", "visibility": "network"},
            {"scheme": "par", "value": "2"},
            {"scheme": "own", "value": "3", "visibility": "organisation"},
        ],
    });
    let shown = world.b.admin.patch(&world.b.path(""), body).if_match("*").expect(200);
    assert!(!shown.text().contains("nile@example.org"), "{shown}");
}

fn schemes(reply: &Value) -> Vec<&str> {
    reply["external_ids"].as_array().unwrap().iter().map(|id| id["scheme"].as_str().unwrap()).collect()
}

on_both_engines! {
    fn each_way_is_seen_by_its_own_visibility(world: World) {
        let contact = world.b.path("/contact");
        world.a.viewer.get(&contact).problem("not-found").expect(404);
        let own = world.b.viewer.get(&contact).expect(200).json();
        assert_eq!(own, json!({"email": null, "phone": null, "address": null}));
        give(&world);
        let own = world.b.viewer.get(&contact).expect(200);
        assert_eq!((own.header("cache-control"), own.header("etag")), (Some("no-store"), None));
        assert_eq!(own.json()["address"]["value"], "شارع النيل");
        assert_eq!(own.json()["phone"], json!({"value": "+249912345678", "visibility": "partners"}));
        world.b.viewer.head(&contact).expect(405);
        world.network_admin.get(&contact).problem("not-found").expect(404);
        world.stranger.get(&contact).problem("unauthenticated");

        let see = || world.a.viewer.get(&contact).expect(200).json();
        let network = json!({"email": {"value": "nile@example.org", "visibility": "network"}, "phone": null, "address": null});
        assert_eq!(see(), network);
        for (response, state) in [("accepted", "draft"), ("pending", "proposed"), ("declined", "declined")] {
            share_a_visit(&world, response, state);
            assert_eq!(see(), network, "{response} {state}");
        }
        share_a_visit(&world, "accepted", "accepted");
        let partner = see();
        assert_eq!((&partner["phone"]["value"], &partner["address"]), (&json!("+249912345678"), &Value::Null));
        let reads = world.server.actions_on(&world.b.id.to_string());
        assert_eq!(reads.iter().filter(|action| *action == "organisation.contact_read").count(), 5);
    }

    fn external_ids_are_seen_and_found_by_their_visibility(world: World) {
        give(&world);
        let path = world.b.path("");
        let find = |client: &Client, id: &str| client.get(&format!("{ORGANISATIONS}?external_id={id}")).expect(200).ids();
        let listed = |client: &Client| client.get(&format!("{ORGANISATIONS}?q=النيل")).expect(200).data()[0].clone();
        assert_eq!(schemes(&world.b.viewer.get(&path).expect(200).json()), ["net", "par", "own"]);
        assert_eq!(schemes(&world.network_admin.get(&path).expect(200).json()), ["net", "par", "own"]);
        assert_eq!(schemes(&world.a.viewer.get(&path).expect(200).json()), ["net"]);
        assert_eq!(schemes(&listed(&world.a.viewer)), ["net"]);
        assert_eq!(find(&world.a.viewer, "net:1").len(), 1);
        assert!(find(&world.a.viewer, "par:2").is_empty() && find(&world.a.viewer, "own:3").is_empty());
        assert_eq!(find(&world.b.viewer, "own:3").len(), 1);
        share_a_visit(&world, "accepted", "accepted");
        assert_eq!(schemes(&world.a.viewer.get(&path).expect(200).json()), ["net", "par"]);
        assert_eq!(schemes(&listed(&world.a.viewer)), ["net", "par"]);
        assert_eq!(find(&world.a.viewer, "par:2").len(), 1);
        assert!(find(&world.a.viewer, "own:3").is_empty());
    }

    fn who_has_many_visits_finds_their_partners_too(world: World) {
        give(&world);
        (0..301).for_each(|_| share_a_visit(&world, "pending", "proposed"));
        let phone = || world.a.viewer.get(&world.b.path("/contact")).expect(200).json()["phone"].clone();
        assert_eq!(phone(), Value::Null);
        share_a_visit(&world, "accepted", "accepted");
        assert_eq!(phone()["value"], "+249912345678");
        assert_eq!(schemes(&world.a.viewer.get(&world.b.path("")).expect(200).json()), ["net", "par"]);
    }

    fn a_contact_is_journaled_by_name(world: World) {
        give(&world);
        let cleared = json!({"contact": {"email": null}});
        world.b.admin.patch(&world.b.path(""), cleared).if_match("*").expect(200);
        let own = world.b.viewer.get(&world.b.path("/contact")).expect(200).json();
        assert_eq!((&own["email"], own["phone"]["value"].is_string()), (&Value::Null, true));
        let kept: Vec<String> = world.server.look(|db| {
            use awasir::db::schema::journal_values as j;
            let values: Vec<awasir::types::Json<Value>> = j::table.select(j::field_values).load(db).unwrap();
            values.iter().map(|value| value.as_text().to_owned()).collect()
        });
        assert!(kept.iter().all(|text| !text.contains("nile@example.org") && !text.contains("912345678")), "{kept:?}");
        let named = world.server.journal();
        assert!(named.iter().any(|entry| entry.digests.as_text().contains("\"contact\"")));
    }
}
