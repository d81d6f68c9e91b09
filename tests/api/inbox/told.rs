//! How things are told: who is named, and in which words.

use awasir::db::schema::organisations;

use super::*;

on_both_engines! {
    fn it_is_told_in_both_languages(world: World) {
        let (a, b) = (&world.a, &world.b);
        let [c, d, e] = [("وقف الشيخ حمد", "Hamad"), ("جمعية الجزيرة", "Gezira"), ("لجنة الحي", "Quarter")]
            .map(|(name, latin)| another(&world, name, latin));
        world.server.look(|db| {
            let named = |id: OrganisationId, form: &str, name: Value| (
                organisations::table.find(id),
                (organisations::legal_form.eq(form.to_owned()), organisations::name.eq(Json::new(&name).unwrap())),
            );
            for (target, set) in [
                named(c.id, "endowment", json!({"ar": "وقف الشيخ حمد", "en": "Sheikh Hamad Endowment"})),
                named(d.id, "international_ngo", json!({"en": "Aid Without Borders"})),
            ] {
                diesel::update(target).set(set).execute(db).unwrap();
            }
        });
        let propose = |by: &Organisation, list: &[(&Organisation, &str)]| {
            let mut body = draft_on(&world, "2025-07-04");
            body["parties"] = parties(list);
            let id = by.contributor.post(VISITS, body).expect(201).id();
            let trip = Trip { path: format!("{VISITS}/{id}") };
            trip.act(&by.coordinator, "propose", json!({})).expect(200);
            trip
        };
        let told = |organisation: &Organisation, trip: &Trip| {
            let items = inbox(organisation);
            let item = items.iter().find(|item| item["id"] == id_of(trip).to_string()).unwrap();
            [item["sentence"]["ar"].as_str().unwrap().to_owned(), item["sentence"]["en"].as_str().unwrap().to_owned()]
        };
        // Who asks is named first, and the verb agrees with it.
        let trip = propose(&c, &[(a, "visitor"), (&c, "visitor"), (&d, "visitor"), (b, "host")]);
        assert_eq!(told(b, &trip), [
            "يقترح وقف الشيخ حمد وجهتان أخريان زيارتكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
            "Sheikh Hamad Endowment and 2 other organisations propose to visit you on Friday 4 July 2025; your answer is awaited",
        ]);
        // To those that come along it is a visit to the host.
        assert_eq!(told(a, &trip), [
            "زيارتكم إلى جمعية النيل يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
            "Your visit to nile on Friday 4 July 2025; your answer is awaited",
        ]);
        let trip = propose(&d, &[(a, "visitor"), (&d, "host"), (&e, "host")]);
        assert_eq!(told(a, &trip), [
            "تدعوكم \u{2068}Aid Without Borders\u{2069} وجهة أخرى إلى زيارة يوم الجمعة 4 يوليو 2025، بانتظار ردّكم",
            "Aid Without Borders and 1 other organisation invite you to a visit on Friday 4 July 2025; your answer is awaited",
        ]);
        let trip = propose(a, &[(a, "visitor"), (&d, "host"), (&e, "host"), (&c, "host")]);
        for host in [&d, &e, &c] {
            assert_eq!(told(host, &trip)[0], "تقترح جمعية الوادي زيارتكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم");
        }
        // The host moves it: then the host asks.
        let trip = propose(a, &[(a, "visitor"), (b, "host")]);
        trip.act(&b.coordinator, "reschedule", json!({"schedule": {"date": "2025-07-11"}})).expect(200);
        assert_eq!(told(a, &trip)[0], "تدعوكم جمعية النيل إلى زيارة يوم الجمعة 11 يوليو 2025، بانتظار ردّكم");
        let trip = propose(a, &[(a, "visitor"), (&d, "host"), (&e, "host"), (&c, "host")]);
        for host in [&d, &e, &c] {
            trip.consent(&host.coordinator, "accept").expect(200);
        }
        assert_eq!(told(a, &trip), [
            "حان موعد زيارتكم إلى \u{2068}Aid Without Borders\u{2069} وجهتين أخريين، بانتظار تسجيل أنها تمّت",
            "The day of your visit to Aid Without Borders and 2 other organisations has come; it is to be recorded as held",
        ]);
    }
}
