//! How the engines go about the lists: every statement that any list sends, with each of its filters, goes by an
//! index; no table is gone through from end to end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use awasir::db::Db;
use diesel::connection::{Connection as _, InstrumentationEvent, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::examples::Examples;
use crate::support::*;
use crate::visits::{Trip, VISITS, draft_on};

/// The statements sent, each once, and for which list first.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<(String, BTreeMap<String, String>)>>);

impl Sent {
    /// Has every reader tell what it sends.
    fn listen(&self, server: &TestServer) {
        let database = &server.app.database;
        let (reader, heavy) = (self.clone(), self.clone());
        actix_web::rt::System::new().block_on(async {
            database.read(move |db| reader.hear(db)).await.unwrap();
            database.heavy(move |db| heavy.hear(db)).await.unwrap();
        });
    }

    fn hear(self, db: &mut Db) -> awasir::Result<()> {
        db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                let text = query.to_string();
                let text = text.split(" -- binds:").next().unwrap().trim().to_owned();
                let word = text.split_whitespace().next().unwrap_or_default().to_lowercase();
                if ["select", "with"].contains(&word.as_str()) {
                    let mut sent = self.0.lock().unwrap();
                    let list = sent.0.clone();
                    sent.1.entry(text).or_insert(list);
                }
            }
        });
        Ok(())
    }
}

/// The filters of a list: each parameter's name and values that find something.
type Filters = Vec<(String, Vec<String>)>;

/// The lists of the document with their filters: each parameter's name and values that find something.
fn lists(world: &World) -> Vec<(String, Filters)> {
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    let mut lists = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(parameters) = item["get"]["parameters"].as_array() else { continue };
        if !parameters.iter().any(|one| one["name"] == "cursor") {
            continue;
        }
        let filters = parameters.iter().filter(|one| one["in"] == "query" && one["name"] != "cursor");
        let named = filters.map(|one| {
            let name = one["name"].as_str().unwrap();
            (name.to_owned(), values(name, &one["schema"], world))
        });
        lists.push((path.clone(), named.collect()));
    }
    lists
}

fn values(name: &str, schema: &Value, world: &World) -> Vec<String> {
    if schema["type"] == "array" {
        return values(name, &schema["items"], world);
    }
    if let Some(all) = schema["enum"].as_array() {
        let several = name != "side";
        return all
            .iter()
            .take(if several { 3 } else { 1 })
            .map(|one| one.as_str().unwrap().to_owned())
            .collect();
    }
    let value = match (name, schema["format"].as_str(), schema["type"].as_str()) {
        ("limit", ..) => "1".to_owned(),
        ("type", ..) => "visit".to_owned(),
        ("place", ..) => "SD15".to_owned(),
        ("external_id", ..) => "scheme:value".to_owned(),
        ("from", Some("date"), _) => "2025-06-15".to_owned(),
        (_, Some("date"), _) => "2025-09-10".to_owned(),
        (_, Some("uuid"), _) => world.b.id.to_string(),
        (_, _, Some("boolean")) => "true".to_owned(),
        _ => "%D9%88%D8%AF%D9%8A%D8%A9".to_owned(),
    };
    vec![value]
}

/// No filter, each alone with what it needs beside it, all together.
fn queries(filters: &Filters) -> Vec<String> {
    let one = |(name, values): &(String, Vec<String>)| {
        values.iter().map(|value| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    };
    let mut all: Vec<String> = vec![String::new()];
    all.extend(filters.iter().map(&one));
    all.push(filters.iter().map(&one).collect::<Vec<_>>().join("&"));
    all
}

/// Asks, adding what the answer says is required beside.
fn ask(client: &Client, path: &str, query: &str, filters: &Filters) {
    let reply = client.get(&format!("{path}?{query}")).send();
    if reply.status == 400 {
        let required = reply.errors().into_iter().filter(|(_, code)| code == "required");
        let more: Vec<String> = required
            .map(|(name, _)| {
                let (name, values) = filters.iter().find(|(own, _)| *own == name).unwrap();
                format!("{name}={}", values[0])
            })
            .collect();
        assert!(!more.is_empty(), "{path}?{query}: {reply}");
        client.get(&format!("{path}?{query}&{}", more.join("&"))).expect(200);
    } else {
        reply.expect(200);
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// The steps of a statement's plan that go through a whole table.
pub fn scans(db: &mut Db, statement: &str) -> Vec<String> {
    match db {
        Db::Sqlite(connection) => {
            let steps: Vec<Step> =
                diesel::sql_query(format!("explain query plan {statement}")).load(connection).unwrap();
            let of_the_statement = |name: &str| {
                name.starts_with('(')
                    || name == "CONSTANT"
                    || name == "json_each"
                    || statement.contains(&format!(") {name} "))
                    || statement.contains(&format!("{name} as materialized ("))
                    || statement.contains(&format!("recursive {name} ("))
            };
            let whole = |step: &Step| {
                let name =
                    step.detail.strip_prefix("SCAN ").map(|rest| rest.split(' ').next().unwrap_or_default());
                name.is_some_and(|name| !of_the_statement(name)) && !step.detail.contains(" USING ")
            };
            steps.into_iter().filter(whole).map(|step| step.detail).collect()
        }
        Db::Postgres(connection) => {
            let count = (1..).take_while(|n| statement.contains(&format!("${n}"))).count();
            let values =
                if count == 0 { String::new() } else { format!("({})", vec!["null"; count].join(", ")) };
            connection
                .batch_execute(&format!(
                    "set enable_seqscan = off; set plan_cache_mode = force_generic_plan; prepare looked as {statement}"
                ))
                .unwrap();
            let lines: Vec<Line> =
                diesel::sql_query(format!("explain execute looked{values}")).load(connection).unwrap();
            connection.batch_execute("deallocate looked").unwrap();
            lines.into_iter().map(|line| line.line).filter(|line| line.contains("Seq Scan")).collect()
        }
    }
}

on_both_engines! {
    fn no_list_goes_through_a_whole_table(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.database_readers = 1));
        let mut body = draft_on(&world, "2025-07-04");
        body["commitments"] = json!([{"kind": "return_visit", "strength": "called_for", "description": ar("زيارة")}]);
        let trip = Trip::concluded(&world, body, "network");
        // One that names a visit and a commitment: whether they are seen is looked for too.
        let first = trip.seen_by(&world.a.viewer);
        let mut body = draft_on(&world, "2025-07-06");
        body["returns_visit_id"] = first["id"].clone();
        body["arises_from_commitment_id"] = first["commitments"][0]["id"].clone();
        Trip::proposed(&world, body);
        Trip::draft(&world, draft_on(&world, "2025-07-05"));
        let examples = Examples::of(&world);
        let sent = Sent::default();
        sent.listen(&world.server);
        for (path, filters) in lists(&world) {
            let filled = examples.fill(&path.replace("/v1/visits/{id}", &trip.path));
            let filled = filled.replace("/v1/organisations/{id}", &world.a.path(""));
            assert!(!filled.contains('{'), "{path}: an example of its parameter is wanted here");
            for query in queries(&filters) {
                sent.0.lock().unwrap().0 = format!("{path}?{query}");
                let network = ["/v1/access-tokens", "/v1/sessions"].contains(&path.as_str());
                let asking = if network { &world.network_admin } else { &world.a.admin };
                ask(asking, &filled, &query, &filters);
            }
        }
        // No list, and made of lists all the same.
        for path in ["/v1/programmes/{id}/summary", "/v1/programmes/{id}/activities/{item_id}"] {
            sent.0.lock().unwrap().0 = path.to_owned();
            world.a.admin.get(&examples.fill(path)).expect(200);
        }
        let project = json!({"title": ar("مشروع"), "status": "seeking_support", "sectors": ["health"],
            "place": {"name": ar("الجزيرة"), "country": "SD", "admin1_pcode": "SD15"}});
        let project = world.a.admin.post("/v1/projects", project).expect(201).id();
        let matches = format!("/v1/projects/{project}/donor-matches");
        sent.0.lock().unwrap().0 = matches.clone();
        world.a.admin.get(&matches).expect(200);
        let statements = sent.0.lock().unwrap().1.clone();
        let of_visits = statements.values().filter(|list| list.starts_with(VISITS)).count();
        assert!(of_visits > 10 && statements.keys().any(|text| text.contains("visit_facets")), "{of_visits}");
        let found: Vec<String> = world.server.look(|db| {
            let of = |(text, list): (&String, &String)| {
                scans(db, text).into_iter().map(|step| format!("{list}\n  {step}\n  {text}")).collect::<Vec<_>>()
            };
            statements.iter().flat_map(of).collect()
        });
        assert!(statements.keys().any(|text| text.contains("looked_at as materialized")));
        assert!(found.is_empty(), "{} of {} statements:\n{}", found.len(), statements.len(), found.join("\n"));
    }
}
