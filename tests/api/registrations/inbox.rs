//! What dossiers ask of their organisation.

use super::*;

/// What waits by dossiers: the kind, what is to be done, by when, whether that is over, the Arabic sentence.
fn asked(client: &Client, organisation: &Organisation) -> Vec<(String, String, Value, bool, String)> {
    let items = client.get(&organisation.path("/inbox")).expect(200).data().into_iter();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items
        .filter(|item| ["registration", "obligation"].contains(&item["type"].as_str().unwrap()))
        .map(|item| {
            assert!(text(&item, "href").ends_with(&format!("/{}", text(&item, "action"))), "{item}");
            let overdue = item["overdue"].as_bool().unwrap();
            (
                text(&item, "type"),
                text(&item, "action"),
                item["due_on"].clone(),
                overdue,
                item["sentence"]["ar"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

on_both_engines! {
    fn renewals_and_obligations_wait(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let until = day(&three.world, 61);
        let dossier = Dossier::registered(a, Some(until));
        Dossier::registered(a, None);
        dossier.share(a, c);
        let due_on = day(&three.world, 31);
        let obligation = json!({"title": ar("التقرير السنوي"), "due_on": due_on, "repeats": "yearly"});
        a.admin.post(&dossier.below("obligations"), obligation).expect(201);
        assert!(asked(&a.coordinator, a).is_empty(), "not so early");
        three.world.server.advance(DAY);
        let renew = |overdue: bool, told: &str| {
            let sentence = format!("{told}، بانتظار تجديده");
            ("registration".to_owned(), "renew".to_owned(), json!(until), overdue, sentence)
        };
        let owed = |overdue: bool, told: &str| {
            let sentence = format!("استحقاق «التقرير السنوي» لدى مفوضية العون الإنساني {told}");
            ("obligation".to_owned(), "done".to_owned(), json!(due_on), overdue, sentence)
        };
        let expires = "تنتهي صلاحية تسجيلكم لدى مفوضية العون الإنساني";
        assert_eq!(asked(&a.coordinator, a), [owed(false, "موعده بعد 30 يومًا"), renew(false, &format!("{expires} بعد 60 يومًا"))]);
        // Who may not read dossiers is not told; nor are those who help.
        assert!(asked(&a.viewer, a).is_empty());
        assert!(asked(&c.admin, c).is_empty());
        three.world.server.advance(DAY * 32);
        assert_eq!(asked(&a.admin, a), [owed(true, "تجاوز موعده منذ يومين"), renew(false, &format!("{expires} بعد 28 يومًا"))]);
        // Done by the path that the item names: the next is not due for a year.
        let items = a.admin.get(&a.path("/inbox")).expect(200).data();
        a.admin.post(items[0]["href"].as_str().unwrap(), json!({})).expect(200);
        three.world.server.advance(DAY * 29);
        let expired = "انتهت صلاحية تسجيلكم لدى مفوضية العون الإنساني أمس";
        assert_eq!(asked(&a.admin, a), [renew(true, expired)]);
        let body = json!({"expires_on": day(&three.world, 365)});
        a.admin.post(items[1]["href"].as_str().unwrap(), body).expect(200);
        assert!(asked(&a.admin, a).is_empty());
    }

    /// What is owed by a dossier that was given up waits no more; a suspended registration is not renewed.
    fn nothing_of_what_is_over(three: Three) {
        let a = three.a();
        let dossier = Dossier::registered(a, Some(day(&three.world, 10)));
        let obligation = json!({"title": ar("رسوم"), "due_on": "2025-01-01"});
        a.admin.post(&dossier.below("obligations"), obligation).expect(201);
        assert_eq!(asked(&a.admin, a).len(), 2);
        dossier.act(&a.admin, "suspend", json!({})).expect(200);
        let kinds: Vec<String> = asked(&a.admin, a).into_iter().map(|one| one.0).collect();
        assert_eq!(kinds, ["obligation"]);
        dossier.act(&a.admin, "cancel", json!({})).expect(200);
        assert!(asked(&a.admin, a).is_empty());
    }
}
