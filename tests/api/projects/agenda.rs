//! Projects that the agenda of a visit is about: named to those who see them, and kept by who does not.

use super::*;
use crate::visits::{Trip, draft, parties};

fn item(ids: &[&str]) -> Value {
    let ids: Vec<&str> = ids.iter().map(|path| id_of(path)).collect();
    json!({"kind": "reception", "title": ar("استقبال"), "project_ids": ids})
}

/// Which projects the first item of a visit's agenda is about, in the visit, the list and alone.
#[track_caller]
fn named(client: &Client, trip: &Trip) -> Vec<String> {
    let visit = trip.seen_by(client)["agenda"][0].clone();
    let listed = client.get(&trip.below("agenda")).expect(200).data()[0].clone();
    let alone =
        client.get(&trip.below(&format!("agenda/{}", visit["id"].as_str().unwrap()))).expect(200).json();
    assert_eq!(
        (&visit["project_ids"], &visit["project_ids"]),
        (&listed["project_ids"], &alone["project_ids"])
    );
    visit["project_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| format!("{PROJECTS}/{}", id.as_str().unwrap()))
        .collect()
}

on_both_engines! {
    fn that_the_writer_sees(three: Three) {
        let (a, b) = (three.a(), three.b());
        let trip = Trip::draft(&three.world, draft(&three.world));
        let [own, others, secret] = [entered(a, json!({})), entered(b, open("organisation")), entered(b, json!({}))];
        let post = |body: Value| a.contributor.post(&trip.below("agenda"), body);
        post(item(&[&own, &others])).expect(201);
        post(item(&[&own, &secret])).error("/project_ids/1", "unknown-reference").expect(422);
        let unknown = uuid::Uuid::new_v4().to_string();
        post(item(&[&unknown, &others])).error("/project_ids/0", "unknown-reference").expect(422);
        let body = with(draft(&three.world), json!({"agenda": [item(&[&own]), item(&[&secret])]}));
        a.contributor.post("/v1/visits", body).error("/agenda/1/project_ids/0", "unknown-reference").expect(422);
        let record = json!({"agenda": [item(&[&secret])]});
        a.contributor.put(&trip.below("record"), record).if_match("*").error("/agenda/0/project_ids/0", "unknown-reference").expect(422);
        assert_eq!(named(&a.viewer, &trip), [own, others]);
    }

    /// Each party sees of the list what it sees of projects, and takes nothing away that it does not see.
    fn each_sees_its_own(three: Three) {
        let (a, b) = (three.a(), three.b());
        let [own, open, secret] = [entered(a, json!({})), entered(a, open("organisation")), entered(b, json!({}))];
        let body = with(draft(&three.world), json!({"agenda": [item(&[&own, &open])]}));
        let trip = Trip::accepted(&three.world, body);
        assert_eq!(named(&a.viewer, &trip), [own.clone(), open.clone()]);
        assert_eq!(named(&b.viewer, &trip), std::slice::from_ref(&open));
        let agenda = trip.seen_by(&b.viewer)["agenda"][0].clone();
        let path = trip.below(&format!("agenda/{}", agenda["id"].as_str().unwrap()));
        // B changes something else, then the list, by the item and by the record as a whole.
        b.contributor.patch(&path, json!({"minutes": 30})).if_match("*").expect(200);
        assert_eq!(named(&a.viewer, &trip), [own.clone(), open.clone()]);
        let answered = b.contributor.patch(&path, json!({"project_ids": [id_of(&secret), id_of(&open)]})).if_match("*").expect(200).json();
        assert_eq!(answered["project_ids"], json!([id_of(&secret), id_of(&open)]));
        assert_eq!(named(&a.viewer, &trip), [open.clone(), own.clone()]);
        assert_eq!(named(&b.viewer, &trip), [secret.clone(), open.clone()]);
        let seen = trip.seen_by(&a.viewer);
        let same = a.contributor.put(&trip.below("record"), json!({"agenda": seen["agenda"]})).if_match("*").expect(200).json();
        assert_eq!(same["version"], seen["version"], "sent back as it was read nothing changes");
        let mut agenda = seen["agenda"].clone();
        agenda[0]["project_ids"] = json!([]);
        a.contributor.put(&trip.below("record"), json!({"agenda": agenda})).if_match("*").expect(200);
        assert!(named(&a.viewer, &trip).is_empty());
        assert_eq!(named(&b.viewer, &trip), std::slice::from_ref(&secret));
        // Who reads nothing of it is not told that it changed.
        let version = a.viewer.get(&path).expect(200).json()["version"].as_i64().unwrap();
        b.contributor.patch(&path, json!({"project_ids": []})).version(version).expect(200);
        let stale = a.contributor.patch(&path, json!({"minutes": 5})).version(version).problem("version-mismatch").expect(412);
        assert_eq!(stale.json()["changed_fields"], json!([]));
        b.contributor.patch(&path, json!({"project_ids": [id_of(&secret)]})).if_match("*").expect(200);
        // It is not more than fifty that stand there, seen or not.
        let many: Vec<String> = (0..50).map(|_| entered(a, json!({}))).collect();
        let ids: Vec<&str> = many.iter().map(|path| id_of(path)).collect();
        a.contributor.patch(&path, json!({"project_ids": ids})).if_match("*").error("/project_ids", "too-many").expect(422);
        a.contributor.patch(&path, json!({"project_ids": ids[1..]})).if_match("*").expect(200);
        // Who may not read projects is told of none.
        let narrow = a.viewer.narrowed(awasir::access::Rights::of(&[awasir::access::Right::VisitsRead]));
        assert!(named(&narrow, &trip).is_empty());
    }

    /// Beyond the parties those are told of a project who see it; who declined keeps what it sees.
    fn beyond_the_parties(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let [own, open] = [entered(a, json!({})), entered(a, open("organisation"))];
        let body = with(draft(&three.world), json!({"agenda": [item(&[&own, &open])]}));
        let trip = Trip::concluded(&three.world, body.clone(), "network");
        assert_eq!(named(&c.viewer, &trip), std::slice::from_ref(&open));
        let hosts = parties(&[(a, "visitor"), (three.b(), "host"), (c, "host")]);
        let trip = Trip::proposed(&three.world, with(body, json!({"parties": hosts})));
        let left = trip.act(&c.coordinator, "decline", json!({})).expect(200).json();
        let ids = |visit: &Value| visit["agenda"][0]["project_ids"].clone();
        assert_eq!(ids(&left), json!([id_of(&open)]));
        a.contributor.patch(&open, json!({"visibility": "organisation"})).version(1).expect(200);
        assert_eq!(ids(&trip.seen_by(&c.viewer)), json!([]), "what it does not see any more it does not keep");
        assert_eq!(ids(&trip.seen_by(&a.viewer)), json!([id_of(&own), id_of(&open)]));
    }

    /// What stood stays when it is closed to others; a project that an agenda of its organisation's visits names stays.
    fn what_holds_a_project(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let path = entered(a, open("organisation"));
        let [kept, gone] = ["kept", "gone"].map(|_| Trip::draft(&three.world, draft(&three.world)));
        for trip in [&kept, &gone] {
            a.contributor.post(&trip.below("agenda"), item(&[&path])).expect(201);
        }
        a.contributor.delete(&path).version(1).problem("in-use").expect(409);
        a.contributor.delete(&gone.path).if_match("*").expect(204);
        a.contributor.delete(&path).version(1).problem("in-use").expect(409);
        let first = kept.seen_by(&a.viewer)["agenda"][0]["id"].as_str().unwrap().to_owned();
        a.contributor.delete(&kept.below(&format!("agenda/{first}"))).if_match("*").expect(204);
        // Others name it where its organisation does not see: that holds nothing, and is told to nobody.
        let body = with(draft(&three.world), json!({"parties": parties(&[(b, "visitor"), (c, "host")]), "agenda": [item(&[&path])]}));
        let elsewhere = b.contributor.post("/v1/visits", body).expect(201).id();
        let elsewhere = Trip { path: format!("/v1/visits/{elsewhere}") };
        assert_eq!(named(&b.viewer, &elsewhere), std::slice::from_ref(&path));
        a.contributor.delete(&path).version(1).expect(204);
        assert!(named(&b.viewer, &elsewhere).is_empty());
        let item = elsewhere.seen_by(&b.viewer)["agenda"][0]["id"].as_str().unwrap().to_owned();
        b.contributor.patch(&elsewhere.below(&format!("agenda/{item}")), json!({"minutes": 5})).if_match("*").expect(200);
        b.contributor.delete(&elsewhere.path).if_match("*").expect(204);
    }
}
