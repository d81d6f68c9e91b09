//! The demonstration: what it loads, for whom, and that it is loaded once into an empty database.

use std::collections::BTreeSet;

use awasir::db::schema::database_marks;
use diesel::prelude::*;

use crate::support::*;

const SOURCE: &str = "/v1/visits/00000000-0000-4000-8000-000000000301";

fn load(server: &TestServer) -> awasir::Result<Vec<String>> {
    actix_web::rt::System::new().block_on(awasir::demo::load(&server.app))
}

fn sign_in(server: &TestServer, who: &str) -> Client {
    let body = json!({"email": format!("{who}@demo.example"), "password": "awasir-demo"});
    let answer = server.stranger().blind().post("/v1/auth/login", body).expect(200).json();
    server.stranger().with_token(answer["access_token"].as_str().unwrap())
}

/// Every visit that somebody sees.
fn visits(client: &Client) -> Vec<Value> {
    client.get("/v1/visits?limit=100").expect(200).data()
}

on_both_engines! {
    fn a_small_network_is_loaded_once(server: TestServer) {
        assert!(load(&server).unwrap()[0].contains("awasir-demo"));
        let people = ["idaid", "kasambar", "bir-alsalam", "jusoor", "jasmine", "sanabil"];
        let clients: Vec<Client> = people.iter().map(|who| sign_in(&server, who)).collect();
        let organisations = clients[0].get("/v1/organisations?limit=100").expect(200).data();
        assert!(organisations.len() >= 6, "{}", organisations.len());
        let seen: Vec<Value> = clients.iter().flat_map(visits).collect();
        let states: BTreeSet<&str> = seen.iter().map(|visit| visit["state"].as_str().unwrap()).collect();
        assert!(states.len() >= 5, "{states:?}");

        // Loading again changes nothing.
        let before = server.journal().len();
        load(&server).unwrap();
        assert_eq!(server.journal().len(), before);
    }

    /// As somebody starts it who has changed no setting, and who is limited like anybody afterwards.
    fn it_is_loaded_with_limits_on(engine: Engine) {
        let server = TestServer::with(engine, |settings| settings.rate_limit = true);
        load(&server).unwrap();
        sign_in(&server, "jusoor");
        let guess = json!({"email": "jusoor@demo.example", "password": "لا أعرفها"});
        let guesses = (0..20).map(|_| server.stranger().blind().post("/v1/auth/login", guess.clone()).send().status);
        assert!(guesses.into_iter().any(|status| status == 429));
    }

    /// What the report tells, and no further.
    fn the_visit_of_the_source(server: TestServer) {
        load(&server).unwrap();
        let idaid = sign_in(&server, "idaid");
        let delegates = idaid.get(&format!("{SOURCE}/delegates")).expect(200).data();
        assert!(!delegates.is_empty());
        for delegate in &delegates {
            assert_eq!(delegate["is_head"], Value::Null, "{delegate}");
            assert_eq!(delegate["attended"], true, "{delegate}");
            assert_eq!(delegate["public_name_consent"], false, "{delegate}");
        }
        let commitments = idaid.get(&format!("{SOURCE}/commitments")).expect(200).data();
        assert!(!commitments.is_empty());
        assert!(commitments.iter().all(|commitment| commitment["strength"] != "committed"));
        // An outsider sees no name of a person.
        let people = delegates.iter().filter(|one| one["kind"] == "person");
        let names: Vec<&str> = people.filter_map(|one| one["name"]["ar"].as_str()).collect();
        assert_eq!(names.len(), 4, "{names:?}");
        let outsider = sign_in(&server, "sanabil");
        for path in [SOURCE.to_owned(), format!("{SOURCE}/delegates"), "/v1/visits?limit=100".to_owned()] {
            let text = outsider.get(&path).send().text();
            assert!(names.iter().all(|name| !text.contains(name)), "{path}: {text}");
        }
    }

    /// What takes weeks has taken them.
    fn silence_second_thoughts_and_turns(server: TestServer) {
        load(&server).unwrap();
        let now = awasir::types::Instant::system_now();
        assert!(server.app.clock.now().since(now) < std::time::Duration::from_secs(60), "it goes on in the present");
        let jusoor = sign_in(&server, "jusoor");
        let visit = |n: u32| jusoor.get(&format!("/v1/visits/00000000-0000-4000-8000-000000000{n}")).expect(200).json();
        let silent = visit(309);
        let words: Vec<&Value> = silent["parties"].as_array().unwrap().iter().map(|party| &party["report_approval"]).collect();
        assert_eq!((&silent["state"], words), (&json!("concluded"), vec![&json!("approved"), &json!("objected"), &json!("no_answer")]));
        assert_eq!(silent["reminders"].as_array().unwrap().len(), 2);
        assert_eq!(visit(310)["report"]["submitted_by_organisation_id"], "00000000-0000-4000-8000-000000000206");
        let overdue = jusoor.get("/v1/commitments?overdue=true").expect(200).data();
        assert!(overdue.iter().any(|one| one["id"] == "00000000-0000-4000-8000-000000000502"), "{overdue:?}");
        assert!(overdue.iter().all(|one| one["strength"] == "committed"), "{overdue:?}");
        let fulfilled = &visit(310)["commitments"][0];
        assert_eq!((&fulfilled["status"], &fulfilled["fulfilled_by"]["id"]), (&json!("in_progress"), &visit(311)["id"]));
        let own = "/v1/organisations/00000000-0000-4000-8000-000000000204";
        let members = jusoor.get(&format!("{own}/members")).expect(200).data();
        assert!(members.iter().any(|member| member["name"]["ar"] == "عضو سابق"), "{members:?}");
        let turns = jusoor.get(&format!("{own}/reciprocity")).expect(200).data();
        assert!(turns.iter().any(|one| one["turn"] == "ours") && turns.iter().any(|one| one["turn"] == "theirs"), "{turns:?}");
        let actions: Vec<Value> = jusoor.get(&format!("{own}/inbox")).expect(200).data().iter().map(|item| item["action"].clone()).collect();
        assert!(actions.contains(&json!("accept")), "{actions:?}");
    }

    /// Grown from a promise of one of the visits, signed by three, under way, counted and paid for.
    fn a_programme_under_way(server: TestServer) {
        load(&server).unwrap();
        let path = "/v1/programmes/00000000-0000-4000-8000-000000000701";
        let lead = sign_in(&server, "sanabil");
        let programme = lead.get(path).expect(200).json();
        assert_eq!((&programme["state"], programme["signatures"].as_array().unwrap().len()), (&json!("active"), 3));
        let promise = lead.get("/v1/commitments/00000000-0000-4000-8000-000000000504").expect(200).json();
        assert_eq!((&promise["status"], &promise["fulfilled_by"]["id"]), (&json!("in_progress"), &programme["id"]));
        let summary = lead.get(&format!("{path}/summary")).expect(200).json();
        assert_eq!((summary["by_community"].as_array().unwrap().len(), summary["by_activity"].as_array().unwrap().len()), (2, 3));
        assert_eq!((&summary["overall"]["reached"]["total"], &summary["overall"]["service_contacts"]), (&json!(286), &json!(324)));
        let money = &summary["contributions"]["by_currency"];
        assert_eq!(*money, json!([
            {"pledged": {"amount": "0.00", "currency": "SDG"}, "received": {"amount": "3500000.00", "currency": "SDG"}},
            {"pledged": {"amount": "750.50", "currency": "USD"}, "received": {"amount": "0.00", "currency": "USD"}},
        ]));
        let outsider = sign_in(&server, "kasambar").get(&format!("{path}/summary")).expect(200).json();
        assert_eq!((&outsider["contributions"], &outsider["budget"]), (&Value::Null, &Value::Null));
    }

    /// From the handshake to the money, among the fictional organisations.
    fn a_promise_that_came_to_money(server: TestServer) {
        load(&server).unwrap();
        let id = |n: u32| format!("00000000-0000-4000-8000-000000000{n}");
        let bir = sign_in(&server, "bir-alsalam");
        let story = crate::trace::trace(&bir, "visit", &id(312));
        let state = |n: u32| crate::trace::node(&story, &id(n))["state"].as_str().unwrap().to_owned();
        assert_eq!([312, 505, 506, 801].map(state), ["concluded", "in_progress", "open", "seeking_support"]);
        assert_eq!([831, 833, 834, 841].map(state), ["funded", "acknowledged", "recorded", "preparing"]);
        assert_eq!(crate::trace::relations(&story).len(), 10);
        let project = bir.get(&format!("/v1/projects/{}", id(801))).expect(200).json();
        let sdg = |amount: &str| json!({"amount": amount, "currency": "SDG"});
        assert_eq!(project["pledged"], json!([sdg("1550000.00")]));
        assert_eq!(project["received"], json!([sdg("1350000.00")]));
        assert_eq!(project["funding_gap"], sdg("4450000.00"));
        // Jusoor helps with the dossier, and sees that the contact was read.
        let jusoor = sign_in(&server, "jusoor");
        let dossier = jusoor.get(&format!("/v1/registrations/{}", id(841))).expect(200).json();
        assert_eq!((&dossier["allowed_actions"], dossier["requirements"].as_array().unwrap().len()), (&json!([]), 4));
        assert_eq!(jusoor.get(&format!("/v1/donor-links/{}/contact-readings", id(831))).expect(200).data().len(), 1);
        // The source's four fields of work; one project its own people alone see.
        let seen = sign_in(&server, "kasambar");
        let fields = |client: &Client| -> BTreeSet<String> {
            let all = client.get("/v1/projects?limit=100").expect(200).data();
            all.iter().map(|one| one["sectors"][0].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(fields(&seen), ["education", "family_support", "health"].map(str::to_owned).into());
        assert!(fields(&sign_in(&server, "jasmine")).contains("emergency_response"));
        // Of two donors the network knows one, and of the link nothing.
        assert_eq!(bir.get("/v1/donors").expect(200).data().len(), 2);
        let donors = seen.get("/v1/donors").expect(200).data();
        assert_eq!((donors.len(), &donors[0]["id"]), (1, &json!(id(821))));
        assert!(seen.get("/v1/donor-links").expect(200).data().is_empty());
        let outside = crate::trace::trace(&seen, "visit", &id(312));
        assert_eq!((crate::trace::things(&outside).len(), &outside["hidden"]), (3, &json!(0)));
    }

    fn another_database_is_refused(world: World) {
        let refused = load(&world.server).unwrap_err();
        assert!(refused.cause().unwrap().contains("for an empty one"), "{refused:?}");
    }

    /// Killed while it was loading.
    fn half_a_demonstration_is_refused(server: TestServer) {
        server.look(|db| {
            diesel::insert_into(database_marks::table)
                .values((database_marks::name.eq("demonstration"), database_marks::value.eq("loading")))
                .execute(db)
                .unwrap();
        });
        let refused = load(&server).unwrap_err();
        assert!(refused.cause().unwrap().contains("delete the database"), "{refused:?}");
    }
}
