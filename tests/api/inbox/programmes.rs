//! What programmes ask of an organisation.

use super::*;
use crate::programmes::{Plan, Three, partners};

/// What waits of programmes: what is to be done, by when, and the Arabic sentence.
fn asked(organisation: &Organisation) -> Vec<(String, Value, String)> {
    let items = inbox(organisation).into_iter().filter(|item| item["type"] == "programme");
    items
        .map(|item| {
            assert!(item["href"].as_str().unwrap().ends_with(item["action"].as_str().unwrap()), "{item}");
            (
                item["action"].as_str().unwrap().to_owned(),
                item["due_on"].clone(),
                item["sentence"]["ar"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

on_both_engines! {
    fn signatures_and_the_lead_wait(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let today = day(&three.world, 0);
        let in_thirty = json!(today.plus_days(30).unwrap());
        let plan = Plan::proposed(a, three.draft());
        let terms = "بنود برنامج «برنامج التعليم والصحة» بانتظار توقيعكم منذ اليوم";
        for signer in [a, b] {
            assert_eq!(asked(signer), [("sign".to_owned(), in_thirty.clone(), terms.to_owned())]);
            plan.sign(&signer.admin).expect(200);
            assert!(asked(signer).is_empty());
        }
        // An amendment waits for whom it takes in as well.
        plan.act(&a.coordinator, "amend", json!({"partners": partners(&[(a, "lead"), (b, "media"), (c, "funding")])})).expect(200);
        let amendment = "تعديل بنود برنامج «برنامج التعليم والصحة» بانتظار توقيعكم منذ اليوم";
        for signer in [a, b, c] {
            assert_eq!(asked(signer), [("sign".to_owned(), in_thirty.clone(), amendment.to_owned())]);
            plan.sign(&signer.admin).expect(200);
            assert!(asked(signer).is_empty());
        }
        plan.act(&a.coordinator, "remove-partner", json!({"organisation_id": c.id, "reason_code": "unreachable"})).expect(200);
        assert!(asked(c).is_empty());
        let waits = asked(b);
        assert_eq!((waits[0].0.as_str(), &waits[0].1), ("sign", &in_thirty));
        assert!(waits[0].2.starts_with("إخراج شريك من برنامج «برنامج التعليم والصحة» بانتظار توقيعكم، ومهلته حتى"), "{}", waits[0].2);
        plan.act(&c.coordinator, "decline-amendment", json!({})).expect(200);
        plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).expect(200);
        let lead = "عُرضت عليكم قيادة برنامج «برنامج التعليم والصحة»، بانتظار ردّكم";
        assert_eq!(asked(b), [("accept-lead".to_owned(), Value::Null, lead.to_owned())]);
        plan.act(&b.admin, "accept-lead", json!({})).expect(200);
        assert!([a, b, c].iter().all(|one| asked(one).is_empty()));
    }

    /// What was pledged waits for who may say that it arrived, never for its giver.
    fn receipts_wait_to_be_confirmed(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::active(&[a, b], three.draft());
        let pledge = json!({"kind": "cash", "money": {"amount": "100", "currency": "SDG"}});
        let contributions = format!("{}/contributions", plan.path);
        for (giver, confirms) in [(b, a), (a, b)] {
            let id = giver.contributor.post(&contributions, pledge.clone()).expect(201).id();
            let waits: Vec<Value> = inbox(confirms).into_iter().filter(|item| item["type"] == "contribution").collect();
            assert_eq!((waits.len(), &waits[0]["id"], &waits[0]["action"]), (1, &json!(id), &json!("confirm")));
            let name = giver.admin.get(&giver.path("")).expect(200).json()["name"]["ar"].as_str().unwrap().to_owned();
            let told = waits[0]["sentence"]["ar"].as_str().unwrap();
            assert_eq!(told, format!("مساهمة تعهّدت بها {name} في برنامج «برنامج التعليم والصحة» اليوم، بانتظار تأكيد استلامها"));
            assert!(inbox(giver).iter().all(|item| item["type"] != "contribution"));
            confirms.coordinator.post(waits[0]["href"].as_str().unwrap(), json!({})).expect(200);
            assert!(inbox(confirms).iter().all(|item| item["type"] != "contribution"));
        }
    }
}
