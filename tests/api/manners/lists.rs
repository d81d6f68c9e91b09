//! Lists: limits, cursors, filters.

use super::*;

on_both_engines! {
    fn everything_wrong_with_a_query_is_named_at_once(world: World) {
        let reply = world.a.viewer.get("/v1/communities?a=1&limit=5&limit=6&q=%FF&%FF=1").problem("invalid-parameter");
        let errors = reply.errors();
        assert_eq!(errors.len(), 4, "{reply}");
    }

    fn limits_of_pages(world: World) {
        for name in ["كوستي", "الدويم", "ربك"] {
            add(&world.a.contributor, name);
        }
        let list = |query: &str| world.a.viewer.get(&format!("{COMMUNITIES}{query}"));
        assert_eq!(list("").expect(200).data().len(), 3);
        assert_eq!(list("?limit=2").expect(200).data().len(), 2);
        assert_eq!(list("?limit=200").expect(200).data().len(), 3);
        assert_eq!(list("?limit=100000").expect(200).data().len(), 3);
        assert_eq!(list("?limit=99999999999999999999999").expect(200).data().len(), 3);
        for bad in ["0", "-1", "x", "", "1.5", "%2B1", "1e3", "٣"] {
            list(&format!("?limit={bad}")).problem("invalid-parameter").expect(400);
        }
        let last = list("").expect(200);
        assert_eq!(last.json()["next_cursor"], Value::Null);
        assert_eq!(last.header("link"), None);
        assert_eq!(last.header("cache-control"), Some("private, no-cache"));
    }

    fn pages_follow_one_another_newest_first(world: World) {
        let mut made: Vec<String> = (0..7)
            .map(|n| world.a.contributor.post(COMMUNITIES, village(&format!("قرية {n}"))).expect(201).id())
            .collect();
        made.reverse();
        let mut seen = Vec::new();
        let mut next = Some(format!("{COMMUNITIES}?limit=2"));
        while let Some(path) = next {
            let page = world.a.viewer.get(&path).expect(200);
            seen.extend(page.ids());
            if seen.len() == 4 {
                // What is added meanwhile comes before the first page, and shifts nothing.
                add(&world.a.contributor, "قرية جديدة");
            }
            let cursor = page.json()["next_cursor"].as_str().map(str::to_owned);
            let link = page.header("link").map(str::to_owned);
            assert_eq!(cursor.is_some(), link.is_some());
            next = link.map(|link| {
                let path = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap();
                assert!(path.contains(&cursor.unwrap()), "{link}");
                path.to_owned()
            });
        }
        assert_eq!(seen, made);
    }

    fn an_altered_cursor_is_refused(world: World) {
        (0..3).for_each(|n| drop(add(&world.a.contributor, &format!("قرية {n}"))));
        let page = world.a.viewer.get("/v1/communities?limit=1").expect(200).json();
        let cursor = page["next_cursor"].as_str().unwrap();
        let with = |cursor: &str| world.a.viewer.get(&format!("{COMMUNITIES}?limit=1&cursor={cursor}"));
        with(cursor).expect(200);
        for place in 0..cursor.len() {
            let mut bytes = cursor.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            with(&String::from_utf8(bytes).unwrap()).problem("invalid-cursor").expect(400);
        }
        for bad in ["", "x", "%00", &cursor[1..], &cursor[..cursor.len() - 1], &format!("{cursor}A")] {
            assert_eq!(with(bad).send().status, 400, "{bad}");
        }
    }

    fn a_cursor_is_bound_to_its_filters_and_not_to_the_limit(world: World) {
        (0..4).for_each(|n| drop(add(&world.a.contributor, &format!("قرية {n}"))));
        let list = |query: &str| world.a.viewer.get(&format!("{COMMUNITIES}?{query}"));
        let q = "q=%D9%82%D8%B1%D9%8A%D8%A9";
        let page = list(&format!("{q}&limit=1")).expect(200).json();
        let cursor = page["next_cursor"].as_str().unwrap();
        assert_eq!(list(&format!("limit=3&{q}&cursor={cursor}")).expect(200).data().len(), 3);
        list(&format!("cursor={cursor}")).problem("invalid-cursor");
        list(&format!("q=x&cursor={cursor}")).problem("invalid-cursor");
        list(&format!("{q}&place=SD&cursor={cursor}")).problem("invalid-cursor");
        // One that acts for an organisation reads another list than one that doesn't.
        list(&format!("{q}&cursor={cursor}")).acting_for(world.a.id).problem("invalid-cursor");
    }

    fn q_finds_what_is_written_otherwise(world: World) {
        add(&world.a.contributor, "أُمّ روابة الكبرى");
        let found = |q: &str| {
            let q: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
            world.a.viewer.get(&format!("{COMMUNITIES}?q={q}")).expect(200).data().len()
        };
        for q in ["ام", "روابه", "أم روابة", "كبري روابة", "الكبرى", "واب"] {
            assert_eq!(found(q), 1, "{q}");
        }
        for q in ["كوستي", "روابة كوستي", "100%", "_ا", "\\\\"] {
            assert_eq!(found(q), 0, "{q}");
        }
    }
}
