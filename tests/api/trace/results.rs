//! From a promise to a donor link, what came through it, and the dossier that another organisation helps with.

use super::*;
use crate::donor_links::{Link, money, offer};
use crate::programmes::Three;
use crate::registrations::{DAY, day};
use crate::visits::{Trip, draft_on};

/// A visit of A to B, concluded for the parties, at which A promised to introduce a donor and to help with a registration.
fn promised(three: &Three, visibility: &str) -> (String, [String; 2]) {
    let mut body = draft_on(&three.world, "2025-07-04");
    let promise = |kind: &str| json!({"kind": kind, "strength": "called_for", "description": ar("وعد")});
    body["commitments"] = json!([promise("donor_introduction"), promise("registration_support")]);
    let trip = Trip::concluded(&three.world, body, visibility);
    let seen = trip.seen_by(&three.a().viewer);
    let id = |kind: &str| {
        let mut all = seen["commitments"].as_array().unwrap().iter();
        all.find(|one| one["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
    };
    (id_of(&trip.path).to_owned(), [id("donor_introduction"), id("registration_support")])
}

/// A's donor, offered to B for a project of B's as promised, introduced.
fn introduced(three: &Three, promise: &str) -> (Link, String) {
    let mut body = offer(three);
    let project = body["project_id"].as_str().unwrap().to_owned();
    body["arises_from_commitment_id"] = json!(promise);
    let link = Link::made(&three.a().coordinator, body);
    link.act(&three.b().coordinator, "accept", json!({})).expect(200);
    link.act(&three.a().coordinator, "introduce", json!({})).expect(200);
    (link, project)
}

/// B's dossier that arises from a promise, shared with A.
fn helped(three: &Three, promise: &str) -> String {
    let body = json!({
        "authority": ar("المفوضية"), "level": "state", "legal_form": "organisation", "arises_from_commitment_id": promise,
    });
    let b = three.b();
    let id = b.admin.post(&b.path("/registrations"), body).expect(201).id();
    b.admin.put(&format!("/v1/registrations/{id}/shares/{}", three.a().id), json!({})).expect(200);
    id
}

on_both_engines! {
    /// As a coordinator of either side reads it, from wherever it begins.
    fn the_whole_story_from_each_end(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (visit, [donor, registration]) = promised(&three, "parties");
        let (link, project) = introduced(&three, &donor);
        let came = link.receive(&b.coordinator, money("300", "SDG"));
        let came = came["id"].as_str().unwrap();
        let dossier = helped(&three, &registration);
        let all = set([
            format!("visit {visit}"), format!("commitment {donor}"), format!("commitment {registration}"),
            format!("donor_link {}", link.id()), format!("project {project}"), format!("disbursement {came}"),
            format!("registration {dossier}"),
        ]);
        let stand = set([
            format!("commitment {donor} agreed_in visit {visit}"),
            format!("commitment {registration} agreed_in visit {visit}"),
            format!("donor_link {} arises_from commitment {donor}", link.id()),
            format!("donor_link {} fulfils commitment {donor}", link.id()),
            format!("donor_link {} funds project {project}", link.id()),
            format!("disbursement {came} arises_from donor_link {}", link.id()),
            format!("disbursement {came} funds project {project}"),
            format!("registration {dossier} arises_from commitment {registration}"),
        ]);
        let from = [
            ("visit", visit.as_str()), ("commitment", &donor), ("commitment", &registration), ("donor_link", link.id()),
            ("project", &project), ("disbursement", came), ("registration", &dossier),
        ];
        for client in [&a.coordinator, &b.admin] {
            for (kind, id) in from {
                let seen = trace(client, kind, id);
                assert_eq!((things(&seen), relations(&seen)), (all.clone(), stand.clone()), "{kind}");
                assert_eq!(seen["hidden"], 0);
                assert!(!seen.to_string().contains("محسن"), "never a donor's name");
            }
        }
        let seen = trace(&b.coordinator, "visit", &visit);
        assert_eq!(node(&seen, link.id())["title"], node(&seen, &project)["title"]);
        assert_eq!(node(&seen, came)["title"], node(&seen, &project)["title"]);
        assert_eq!(node(&seen, link.id())["state"], "funded");
        assert_eq!(node(&seen, came)["state"], "recorded");
        assert_eq!(node(&seen, &dossier)["state"], "preparing");
        let both = vec![a.id.to_string(), b.id.to_string()];
        assert_eq!(organisations(node(&seen, link.id())), both);
    }

    /// A viewer has no right to donors and dossiers; C sees what the network sees; of the rest neither is told that it is.
    fn links_money_and_dossiers_are_not_even_counted(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let (visit, [donor, registration]) = promised(&three, "network");
        let before = [&a.viewer, &b.viewer, &c.admin].map(|client| trace(client, "visit", &visit));
        let (link, project) = introduced(&three, &donor);
        let came = link.receive(&b.coordinator, money("300", "SDG"));
        let dossier = helped(&three, &registration);
        for (client, before) in [&a.viewer, &b.viewer, &c.admin].into_iter().zip(before) {
            let seen = trace(client, "visit", &visit);
            let all = set([format!("visit {visit}"), format!("commitment {donor}"), format!("commitment {registration}")]);
            assert_eq!((things(&seen), &seen["hidden"]), (all, &json!(0)));
            // But for the commitment, which is in progress for all to see.
            assert_eq!(relations(&seen), relations(&before));
            let of_project = trace(client, "project", &project);
            assert_eq!((things(&of_project), &of_project["hidden"]), (set([format!("project {project}")]), &json!(0)));
            let hidden = [("donor_link", link.id()), ("disbursement", came["id"].as_str().unwrap()), ("registration", &dossier)];
            for (kind, id) in hidden {
                client.get(&format!("/v1/trace/{kind}/{id}")).problem("not-found").expect(404);
            }
        }
        // Who helps sees the dossier until that is taken back.
        assert!(things(&trace(&a.coordinator, "visit", &visit)).contains(&format!("registration {dossier}")));
        b.admin.delete(&format!("/v1/registrations/{dossier}/shares/{}", a.id)).expect(204);
        assert!(!things(&trace(&a.coordinator, "visit", &visit)).contains(&format!("registration {dossier}")));
    }

    /// The beneficiary was no party of the visit from which the introducer's link arises.
    fn the_visit_behind_a_link_is_counted(three: Three) {
        let (_, [donor, _]) = promised(&three, "parties");
        let mut body = offer(&three);
        body["beneficiary_organisation_id"] = json!(three.c.id);
        body["project_id"] = json!(crate::donor_links::project(&three.c));
        body["arises_from_commitment_id"] = json!(donor);
        let link = Link::made(&three.a().coordinator, body.clone());
        let seen = trace(&three.c.coordinator, "donor_link", link.id());
        let project = body["project_id"].as_str().unwrap();
        assert_eq!(things(&seen), set([format!("donor_link {}", link.id()), format!("project {project}")]));
        assert_eq!(seen["hidden"], 1);
    }

    /// What is taken back is told as such; that it was taken back is told only where a trace begins there.
    fn a_reversal(three: Three) {
        let b = three.b();
        let (_, [donor, _]) = promised(&three, "parties");
        let (link, _) = introduced(&three, &donor);
        let came = link.receive(&b.coordinator, money("300", "SDG"));
        let back = link.take_back(&b.coordinator, &came).expect(201).id();
        let seen = trace(&b.coordinator, "donor_link", link.id());
        assert_eq!(node(&seen, came["id"].as_str().unwrap())["state"], "reversed");
        assert!(!seen.to_string().contains(&back));
        let seen = trace(&b.coordinator, "disbursement", &back);
        assert_eq!(node(&seen, &back)["state"], "reversal");
    }

    /// A dossier reads as it is on the day.
    fn a_status_of_the_day(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (visit, [_, registration]) = promised(&three, "parties");
        let dossier = helped(&three, &registration);
        let act = |action: &str, body: Value| {
            b.admin.post(&format!("/v1/registrations/{dossier}/{action}"), body).expect(200);
        };
        act("submit", json!({}));
        act("review", json!({}));
        act("register", json!({"expires_on": day(&three.world, 100)}));
        let told = || {
            let seen = trace(&a.coordinator, "visit", &visit);
            assert!(relations(&seen).contains(&format!("registration {dossier} fulfils commitment {registration}")));
            node(&seen, &dossier)["state"].clone()
        };
        assert_eq!(told(), "registered");
        three.world.server.advance(DAY * 50);
        assert_eq!(told(), "renewal_due");
        three.world.server.advance(DAY * 51);
        assert_eq!(told(), "expired");
    }
}
