//! Donors that may support a project.

use super::*;
use awasir::db::Db;
use diesel::connection::SimpleConnection as _;

fn place(pcode: &str) -> Value {
    let mut place = json!({"name": ar("مكان"), "country": "SD"});
    place[if pcode.len() == 4 { "admin1_pcode" } else { "admin2_pcode" }] = json!(pcode);
    place
}

fn donor(
    name: &str,
    visibility: &str,
    sectors: &[&str],
    places: &[&str],
    range: Option<(i64, i64)>,
) -> Value {
    let money = |amount: i64| json!({"amount": amount.to_string(), "currency": "SDG"});
    json!({
        "name": ar(name), "kind": "company", "visibility": visibility,
        "interests": {
            "sectors": sectors, "places": places.iter().map(|one| place(one)).collect::<Vec<_>>(),
            "minimum": range.map(|range| money(range.0)), "maximum": range.map(|range| money(range.1)),
        },
    })
}

/// A project of A's; the path of its matches.
fn project(world: &World, more: Value) -> String {
    let mut body = json!({
        "title": ar("مشروع المدرسة"), "status": "seeking_support", "sectors": ["education", "health"],
        "place": place("SD15032"), "budget": {"amount": "500", "currency": "SDG"},
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    format!("/v1/projects/{}/donor-matches", world.a.admin.post("/v1/projects", body).expect(201).id())
}

fn names(client: &Client, path: &str) -> Vec<String> {
    let data = client.get(path).expect(200).data();
    data.iter().map(|one| one["donor"]["name"]["ar"].as_str().unwrap().to_owned()).collect()
}

on_both_engines! {
    fn ranked_with_reasons(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        for (client, body) in [
            (a, donor("مجال واحد", "owner", &["education"], &[], None)),
            (b, donor("مجالان", "network", &["education", "health", "energy"], &[], None)),
            (b, donor("مجال ومكان", "network", &["health"], &["SD15"], None)),
            (a, donor("كل شيء", "owner", &["health"], &["SD15032", "SD01"], Some((100, 900)))),
            (a, donor("أصغر", "owner", &["education"], &["SD15032"], Some((1, 9)))),
            (b, donor("لا شيء", "network", &["energy"], &["SD01003"], Some((100, 900)))),
            (b, donor("سرّ غيرنا", "owner", &["education", "health"], &["SD15032"], Some((100, 900)))),
            (a, donor("محلية أخرى", "owner", &[], &["SD15033"], None)),
        ] {
            enter(client, body);
        }
        let path = project(&world, json!({}));
        let expected = ["كل شيء", "أصغر", "مجال ومكان", "مجالان", "مجال واحد"];
        assert_eq!(names(a, &path), expected);
        assert_eq!(names(a, &format!("{path}?limit=2")), expected[..2]);
        assert_eq!(names(a, &format!("{path}?limit=999")), expected);
        a.get(&format!("{path}?limit=0")).problem("invalid-parameter").expect(400);
        let data = a.get(&path).expect(200).data();
        let best = &data[0];
        assert_eq!((&best["shared_sectors"], &best["shared_places"]), (&json!(["health"]), &json!(["SD15032"])));
        assert_eq!((&best["fits"], &best["gap"]), (&json!("within"), &json!({"amount": "500.00", "currency": "SDG"})));
        assert_eq!((&best["minimum"]["amount"], &best["maximum"]["amount"]), (&json!("100.00"), &json!("900.00")));
        let reasons: Vec<&str> = best["reasons"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
        assert_eq!(reasons, ["sectors", "places", "range"]);
        assert_eq!(best["reasons"][0]["text"]["ar"], "يهتم الداعم بمجال واحد من مجالات المشروع: الرعاية الصحية");
        assert_eq!(data[1]["fits"], "above");
        assert!(data[1]["reasons"][2]["text"]["en"].as_str().unwrap().starts_with("The donor may cover a part"), "{}", data[1]);
        assert_eq!((&data[2]["shared_places"], &data[2]["fits"]), (&json!(["SD15"]), &json!("unknown")));
        assert_eq!(data[3]["shared_sectors"], json!(["education", "health"]));
        // A project that is all over a state is where a donor of one of its localities is.
        let wide = project(&world, json!({"place": place("SD15"), "sectors": []}));
        assert_eq!(names(a, &wide).len(), 4);
        // And so it is by a community that it serves.
        let village = json!({"name": ar("قرية"), "country": "SD", "admin2_pcode": "SD15033"});
        let village = a.post("/v1/communities", village).expect(201).id();
        let served = project(&world, json!({"place": null, "sectors": [], "community_ids": [village]}));
        assert_eq!(names(a, &served), ["محلية أخرى", "مجال ومكان"]);
    }

    /// Others see no amounts, and neither does the order in which they see donors.
    fn what_a_project_lacks_is_told_to_who_may_know(world: World) {
        let b = &world.b.coordinator;
        for (name, range) in [("أول", Some((100, 900))), ("ثان", None), ("ثالث", Some((600, 900)))] {
            enter(b, donor(name, "network", &["health"], &[], range));
        }
        let path = project(&world, json!({"visibility": "network"}));
        assert_eq!(names(&world.a.coordinator, &path), ["أول", "ثالث", "ثان"]);
        assert_eq!(names(b, &path), ["ثالث", "ثان", "أول"]);
        for one in b.get(&path).expect(200).data() {
            assert_eq!((&one["gap"], &one["fits"]), (&Value::Null, &json!("unknown")), "{one}");
            assert!(one["reasons"].as_array().unwrap().iter().all(|reason| reason["reason"] != "range"), "{one}");
        }
        let open = project(&world, json!({"visibility": "network", "amounts_visibility": "network"}));
        assert_eq!(names(b, &open), ["أول", "ثالث", "ثان"]);
        // What was promised is lacked no more.
        let receipts = open.replace("donor-matches", "receipts");
        let receipt = json!({"money": {"amount": "450", "currency": "SDG"}, "source": "collection"});
        world.a.coordinator.post(&receipts, receipt).expect(201);
        let now = b.get(&open).expect(200).data();
        assert_eq!((&now[0]["gap"]["amount"], &now[0]["fits"]), (&json!("50.00"), &json!("below")));
    }

    fn only_of_a_project_that_is_seen_and_seeks(world: World) {
        let (a, b) = (&world.a, &world.b);
        let path = project(&world, json!({}));
        b.coordinator.get(&path).problem("not-found").expect(404);
        for unable in [&a.viewer, &a.contributor, &world.network_admin] {
            unable.get(&path).problem("forbidden").expect(403);
        }
        let idea = project(&world, json!({"status": "idea"}));
        let refused = a.coordinator.get(&idea).problem("state-conflict").expect(409).json();
        assert_eq!(refused["state"], "idea");
    }

    /// One's own that nobody knows of are among one's own matches and change nobody else's.
    fn matches_of_others_stay_as_they_are(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        for n in 0..3 {
            enter(a, donor(&format!("معروف {n}"), "network", &["health"], &["SD15"], Some((1, 900))));
        }
        let path = project(&world, json!({"visibility": "network"}));
        let look = || ["", "?limit=1", "?limit=2"].map(|query| b.get(&format!("{path}{query}")).expect(200).json());
        let before = look();
        for _ in 0..3 {
            enter(a, donor("سرّ", "owner", &["health", "education"], &["SD15032"], Some((1, 900))));
        }
        assert_eq!(look(), before);
        assert_eq!(names(a, &format!("{path}?limit=3")), ["سرّ", "سرّ", "سرّ"]);
    }

    /// At twenty thousand donors, by an index, without reading any donor's JSON.
    fn among_twenty_thousand(world: World) {
        world.server.look(|db| many(db, &world.a.id.to_string()));
        let path = project(&world, json!({"visibility": "network"}));
        let ask = || {
            let began = std::time::Instant::now();
            (world.a.coordinator.get(&path).expect(200).data(), began.elapsed())
        };
        let (data, _) = ask();
        let took = (0..3).map(|_| ask().1).min().unwrap();
        assert_eq!(data.len(), 20);
        for one in &data {
            assert_eq!((&one["shared_sectors"], &one["fits"]), (&json!(["education", "health"]), &json!("within")), "{one}");
            assert_eq!(one["shared_places"], json!(["SD15032"]));
        }
        // Some ten milliseconds as released; a look at each donor's row or JSON takes far longer than this.
        assert!(took < std::time::Duration::from_millis(400), "{took:?}");
    }
}

/// Twenty thousand donors of one organisation that the network sees.
fn many(db: &mut Db, own: &str) {
    let (numbers, id, of, name, when) = match db {
        Db::Sqlite(_) => (
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select * from n",
            "unhex(printf('%032x', i))",
            format!("unhex('{}')", own.replace('-', "")),
            "'{\"ar\":\"داعم\"}'",
            "1700000000000000 + i",
        ),
        Db::Postgres(_) => (
            "select i from generate_series(1, 20000) i",
            "lpad(to_hex(i), 32, '0')::uuid",
            format!("'{own}'::uuid"),
            "'{\"ar\":\"داعم\"}'::jsonb",
            "timestamptz '2024-01-01' + i * interval '1 second'",
        ),
    };
    let empty = if matches!(db, Db::Sqlite(_)) { "'[]'" } else { "'[]'::jsonb" };
    // Every tenth shares everything: education (1) and health (2).
    let bits = "case when i % 10 = 0 then 3 when i % 3 = 0 then 1 else 1024 end";
    let state = awasir::donors::matching::state_bits(["SD15032"]);
    let sectors = empty.replace("[]", "[\"education\",\"health\"]");
    let places = empty.replace(
        "[]",
        "[{\"name\":{\"ar\":\"س\"},\"country\":\"SD\",\"admin1_pcode\":null,\"admin2_pcode\":\"SD15032\",\"latitude\":null,\"longitude\":null}]",
    );
    db.batch_execute(&format!(
        "insert into donors (id, organisation_id, kind, visibility, name, sectors, places, minimum_minor, maximum_minor, \
           range_currency, folded, sector_bits, state_bits, version, created_at, updated_at) \
         select {id}, {of}, 'company', 'network', {name}, case when i % 10 = 0 then {sectors} else {empty} end, \
           case when i % 10 = 0 then {places} else {empty} end, 100, 90000, \
           'SDG', 'داعم', {bits}, case when i % 10 = 0 then {state} else 0 end, 1, {when}, {when} from ({numbers}) n; \
         insert into donor_places (donor_id, pcode) select {id}, 'SD15032' from ({numbers}) n where i % 10 = 0; \
         analyze donors; analyze donor_places;"
    ))
    .unwrap();
}
