//! What was promised and what came, added up at each reading: receipts, pledges, disbursements.

use super::*;

#[track_caller]
fn sums(client: &Client, path: &str) -> [Value; 3] {
    let [_, _, pledged, received, gap] = amounts(client, path);
    [pledged, received, gap]
}

fn sdg(amount: &str) -> Value {
    money(amount, "SDG")
}

fn usd(amount: &str) -> Value {
    money(amount, "USD")
}

on_both_engines! {
    fn step_by_step(world: World) {
        let (a, server) = (&world.a, &world.server);
        let path = entered(a, json!({"budget": sdg("1000")}));
        assert_eq!(sums(&a.viewer, &path), [json!([]), json!([]), sdg("1000.00")]);
        received(a, &path, cash("100", "SDG"));
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("100.00")]), json!([sdg("100.00")]), sdg("900.00")]);
        // What is promised narrows the gap before it comes.
        let link = Link::to(server, a, &path);
        let pledge = link.pledge(50_000, "SDG");
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("600.00")]), json!([sdg("100.00")]), sdg("400.00")]);
        let paid = link.pay(20_000, "SDG", Some((pledge, 20_000)));
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("600.00")]), json!([sdg("300.00")]), sdg("400.00")]);
        // The donor gives more than they said: never less is pledged than came.
        let surplus = link.pay(40_000, "SDG", Some((pledge, 40_000)));
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("700.00")]), json!([sdg("700.00")]), sdg("300.00")]);
        link.take_back(surplus, (40_000, "SDG"), Some((pledge, 40_000)));
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("600.00")]), json!([sdg("300.00")]), sdg("400.00")]);
        // Called off, what came stays.
        link.cancel(pledge);
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("300.00")]), json!([sdg("300.00")]), sdg("700.00")]);
        link.take_back(paid, (20_000, "SDG"), Some((pledge, 20_000)));
        assert_eq!(sums(&a.viewer, &path), [json!([sdg("100.00")]), json!([sdg("100.00")]), sdg("900.00")]);
        // Unpromised; and other currencies beside it, which close no gap.
        link.pay(250_000, "SDG", None);
        link.pay(700, "USD", None);
        assert_eq!(sums(&a.viewer, &path), [
            json!([sdg("2600.00"), usd("7.00")]), json!([sdg("2600.00"), usd("7.00")]), sdg("0.00"),
        ]);
    }

    /// Promised in one currency, paid in another at an agreed rate; goods; a second link, and another project's.
    fn across_currencies(world: World) {
        let (a, b, server) = (&world.a, &world.b, &world.server);
        let path = entered(a, with(open("network"), json!({"budget": usd("1000")})));
        let (first, second) = (Link::to(server, a, &path), Link::to(server, a, &path));
        let pledge = first.pledge(60_000, "USD");
        first.pay(150_000_000, "SDG", Some((pledge, 50_000)));
        let other = second.pledge(10_000, "USD");
        second.pay(13_000, "USD", Some((other, 13_000)));
        second.in_kind(25_000);
        let elsewhere = entered(a, json!({}));
        Link::to(server, a, &elsewhere).pay(99_900, "USD", None);
        received(a, &path, json!({"quantity": "50", "unit": "جوال", "description": ar("ذرة"), "source": "collection"}));
        let expected = [json!([usd("730.00")]), json!([sdg("1500000.00"), usd("130.00")]), usd("270.00")];
        assert_eq!(sums(&a.viewer, &path), expected);
        assert_eq!(sums(&b.viewer, &path), expected, "open to the network");
        assert_eq!(sums(&a.viewer, &elsewhere), [json!([usd("999.00")]), json!([usd("999.00")]), Value::Null]);
        // The same in a list, each its own.
        let listed = a.viewer.get(PROJECTS).expect(200).data();
        let by_id = |path: &str| listed.iter().find(|one| one["id"] == id_of(path)).unwrap();
        for path in [&path, &elsewhere] {
            assert_eq!(*by_id(path), a.viewer.get(path).expect(200).json());
        }
    }

    /// What one amount may be is so little that no sum of them passes what 64 bits hold; and nobody is refused for what others gave.
    fn that_fit(world: World) {
        let (a, server) = (&world.a, &world.server);
        let path = entered(a, json!({}));
        let list = format!("{path}/receipts");
        let post = |body: Value| a.coordinator.post(&list, body);
        post(cash("10000000000000.01", "SDG")).error("/money/amount", "too-large").expect(422);
        let largest = received(a, &path, cash("10000000000000", "SDG"));
        a.coordinator.patch(&largest, json!({"money": sdg("10000000000000.01")})).version(1).error("/money/amount", "too-large").expect(422);
        let link = Link::to(server, a, &path);
        for _ in 0..3 {
            let pledge = link.pledge(1_000_000_000_000_000, "SDG");
            link.pay(1_000_000_000_000_000, "SDG", Some((pledge, 1_000_000_000_000_000)));
        }
        post(cash("0.01", "SDG")).expect(201);
        assert_eq!(sums(&a.viewer, &path)[1], json!([sdg("40000000000000.01")]));
    }

    /// A page of projects takes as many statements as one with a single project.
    fn in_as_many_statements(engine: Engine) {
        use diesel::connection::{Connection as _, InstrumentationEvent};
        use std::sync::atomic::{AtomicUsize, Ordering};
        let world = World::on(TestServer::with(engine, |settings| settings.database_readers = 1));
        let (a, server) = (&world.a, &world.server);
        let count = std::sync::Arc::new(AtomicUsize::new(0));
        let counting = std::sync::Arc::clone(&count);
        actix_web::rt::System::new().block_on(async {
            let hear = move |db: &mut awasir::db::Db| {
                db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                        counting.fetch_add(1, Ordering::Relaxed);
                    }
                });
                Ok(())
            };
            server.app.database.read(hear).await.unwrap();
        });
        let mut statements = Vec::new();
        for _ in 0..3 {
            for _ in 0..4 {
                let path = entered(a, open("network"));
                received(a, &path, cash("5", "SDG"));
                let link = Link::to(server, a, &path);
                let pledge = link.pledge(500, "SDG");
                link.pay(100, "SDG", Some((pledge, 100)));
            }
            let before = count.load(Ordering::Relaxed);
            let listed = a.viewer.get(PROJECTS).expect(200).data();
            statements.push(count.load(Ordering::Relaxed) - before);
            assert!(listed.iter().all(|one| one["pledged"] == json!([sdg("10.00")])));
        }
        assert!(statements[0] > 3 && statements.iter().all(|one| *one == statements[0]), "{statements:?}");
    }
}
