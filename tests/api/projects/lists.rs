//! Lists: filters, pages, and who is listed what.

use super::*;

#[track_caller]
fn ids(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("{PROJECTS}?{query}")).expect(200).ids()
}

fn village(by: &Organisation, name: &str, admin1: &str) -> String {
    let body = json!({"name": ar(name), "country": "SD", "admin1_pcode": admin1});
    by.contributor.post("/v1/communities", body).expect(201).id()
}

on_both_engines! {
    fn by_each_filter(world: World) {
        let (a, b) = (&world.a, &world.b);
        let (near, far) = (village(a, "الكسمبر", "SD15"), village(a, "طيبة", "SD16"));
        let place = |admin1: &str| json!({"name": ar("س"), "country": "SD", "admin1_pcode": admin1});
        let all = [
            entered(a, with(open("organisation"), json!({
                "title": {"ar": "مَطبخ الأُمّهات", "en": "Mothers' kitchen"}, "sectors": ["food_security", "health"],
                "community_ids": [near, far], "status": "ongoing",
            }))),
            entered(a, json!({"title": ar("بئر ماء"), "sectors": ["water_sanitation"], "place": place("SD15"), "summary": ar("أمهات")})),
            entered(b, with(open("network"), json!({"title": ar("مدرسة إبراهيم"), "sectors": ["education"], "place": place("SD01"),
                "community_ids": [far], "status": "seeking_support"}))),
            entered(b, json!({"title": ar("مطبخ سري"), "community_ids": [near]})),
        ];
        let all = all.map(|path| id_of(&path).to_owned());
        let of = |places: &[usize]| places.iter().map(|n| all[*n].clone()).collect::<Vec<_>>();
        let (a_id, b_id) = (a.id, b.id);
        // What the query is, what A sees, what B does: newest first.
        for (query, seen_by_a, seen_by_b) in [
            ("".to_owned(), of(&[2, 1, 0]), of(&[3, 2, 0])),
            (format!("organisation_id={a_id}"), of(&[1, 0]), of(&[0])),
            (format!("organisation_id={b_id}"), of(&[2]), of(&[3, 2])),
            (format!("organisation_id={}", uuid::Uuid::new_v4()), of(&[]), of(&[])),
            ("status=ongoing".to_owned(), of(&[0]), of(&[0])),
            ("status=ongoing&status=seeking_support&status=cancelled".to_owned(), of(&[2, 0]), of(&[2, 0])),
            ("sector=health".to_owned(), of(&[0]), of(&[0])),
            ("sector=water_sanitation&sector=education".to_owned(), of(&[2, 1]), of(&[2])),
            (format!("community_id={near}"), of(&[0]), of(&[3, 0])),
            (format!("community_id={far}"), of(&[2, 0]), of(&[2, 0])),
            ("place=SD15".to_owned(), of(&[1, 0]), of(&[3, 0])),
            ("place=sd1".to_owned(), of(&[2, 1, 0]), of(&[3, 2, 0])),
            ("place=SD01".to_owned(), of(&[2]), of(&[2])),
            ("place=SD0100".to_owned(), of(&[]), of(&[])),
            // Folded: أ إ are ا, ة is ه, vowel marks don't count; each word anywhere in the title, and nowhere else.
            ("q=امهات".to_owned(), of(&[0]), of(&[0])),
            ("q=الأمهات+مطبخ".to_owned(), of(&[0]), of(&[0])),
            ("q=مطبخ".to_owned(), of(&[0]), of(&[3, 0])),
            ("q=KITCH".to_owned(), of(&[0]), of(&[0])),
            ("q=مدرسه+ابراهيم".to_owned(), of(&[2]), of(&[2])),
            ("q=مطبخ+ماء".to_owned(), of(&[]), of(&[])),
            (format!("organisation_id={b_id}&q=مدرسة&place=SD1&sector=education&status=seeking_support&community_id={far}"), of(&[2]), of(&[2])),
        ] {
            assert_eq!(ids(&a.viewer, &query), seen_by_a, "{query}");
            assert_eq!(ids(&b.viewer, &query), seen_by_b, "{query}");
        }
        // What changes is found by what it is now.
        let path = format!("{PROJECTS}/{}", all[1]);
        let change = json!({"title": ar("حفير"), "sectors": ["agriculture"], "community_ids": [far], "place": null, "status": "ongoing"});
        a.contributor.patch(&path, change).version(1).expect(200);
        for (query, found) in [
            ("q=بئر", false), ("q=حفير", true), ("sector=water_sanitation", false), ("sector=agriculture", true),
            ("place=SD15", false), ("place=SD16", true), ("status=idea", false), ("status=ongoing", true),
        ] {
            assert_eq!(ids(&a.viewer, query).contains(&all[1]), found, "{query}");
        }
        a.viewer.get(&format!("{PROJECTS}?status=x&sector=y")).problem("invalid-parameter").expect(400);
        a.viewer.get(&format!("{PROJECTS}?state=idea")).problem("invalid-parameter").expect(400);
    }

    /// Through its own audience and the network's: each project once, from page to page.
    fn page_by_page(world: World) {
        let (a, b) = (&world.a, &world.b);
        let mut all = Vec::new();
        for n in 0..7 {
            let path = match n % 3 {
                0 => entered(a, json!({})),
                1 => entered(a, open("organisation")),
                _ => entered(b, open("network")),
            };
            all.insert(0, id_of(&path).to_owned());
        }
        for (query, expected) in [
            ("".to_owned(), all.clone()),
            (format!("&organisation_id={}", a.id), all.iter().enumerate().filter(|(n, _)| ![1, 4].contains(n)).map(|(_, id)| id.clone()).collect()),
        ] {
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = a.viewer.get(&format!("{PROJECTS}?limit=2{query}{cursor}")).expect(200);
                found.extend(page.ids());
                assert!(page.data().len() <= 2);
                match page.json()["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{query}");
        }
    }
}
