//! Narrowed lists: exactly what a plain look at all rows finds, whatever the filters, the pages and the caller;
//! and the facets by which they are read are what the migration makes of the rows.

use std::collections::{BTreeMap, BTreeSet};

use awasir::access::Role;
use awasir::db::Db;
use awasir::db::schema::{audience, title_words, visit_discussions, visit_facets, visit_parties, visits};
use awasir::text::fold_words;
use awasir::types::{AnyId, CalendarDate, Instant, OrganisationId, VisitId};
use awasir::visits::codes::{Response, Side, Topic, VisitState};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::*;
use crate::support::world;

/// How many visits, and how many lists of them.
const VISITS_MADE: u64 = 110;
const LISTS: u64 = 320;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Whether one of so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn date(&mut self) -> CalendarDate {
        CalendarDate::new(2025, 1, 1).unwrap().plus_days(i32::try_from(self.below(150)).unwrap()).unwrap()
    }
}

const WORDS: [&str; 8] = ["زيارة", "ودية", "الصحة", "والصحّة", "مدرسة", "قرية", "عبد الوهاب", "نادرة"];
const TOPICS: [&str; 4] = ["media", "registration", "fundraising", "other"];

fn schedule(dice: &mut Dice) -> Value {
    let date = dice.date();
    let days: i32 = *dice.one(&[0, 0, 1, 3, 30]);
    json!({"date": date.to_string(), "end_date": date.plus_days(days).unwrap().to_string()})
}

fn title(dice: &mut Dice) -> Value {
    let words: Vec<&str> =
        (0..=dice.below(3)).map(|_| WORDS[dice.below(WORDS.len()).min(dice.below(9))]).collect();
    ar(&words.join(" "))
}

/// One visit with a life of its own.
fn live(dice: &mut Dice, all: &[&Organisation]) {
    let (first, second) = (dice.below(all.len()), dice.below(all.len() - 1));
    let second = if second >= first { second + 1 } else { second };
    let mut who = vec![(all[first], "visitor"), (all[second], "host")];
    if dice.once_in(3) {
        let third = all.iter().find(|one| who.iter().all(|(party, _)| party.id != one.id)).unwrap();
        who.push((third, *dice.one(&["visitor", "host"])));
    }
    let topics: Vec<Value> =
        (0..dice.below(3)).map(|_| json!({"topic": dice.one(&TOPICS), "summary": ar("نقاش")})).collect();
    let body = json!({
        "title": title(dice), "purposes": ["friendly"], "schedule": schedule(dice), "parties": parties(&who),
        "discussions": topics,
    });
    let author = &who[0].0.coordinator;
    let trip = Trip { path: format!("{VISITS}/{}", author.post(VISITS, body).expect(201).id()) };
    for _ in 0..dice.below(24) {
        step(dice, &trip, &who);
    }
}

/// Something that one of the parties does; that it is refused is no matter.
fn step(dice: &mut Dice, trip: &Trip, who: &[(&Organisation, &str)]) {
    let client = &dice.one(who).0.coordinator;
    let author = &who[0].0.coordinator;
    let seen = client.get(&trip.path).send();
    if seen.status != 200 {
        trip.act(author, "propose", json!({}));
        return;
    }
    let seen = seen.json();
    let version = json!({"version": seen["version"]});
    match dice.below(26) {
        0 => drop(trip.act(client, "decline", json!({}))),
        1 if dice.once_in(2) => drop(trip.act(client, "cancel", json!({}))),
        2 => drop(trip.act(client, "reschedule", json!({"schedule": schedule(dice)}))),
        3 => drop(client.patch(&trip.path, json!({"title": title(dice)})).send()),
        4 => drop(
            client
                .post(&trip.below("discussions"), json!({"topic": dice.one(&TOPICS), "summary": ar("ن")}))
                .send(),
        ),
        5 => {
            if let Some(id) = seen["discussions"][0]["id"].as_str() {
                let path = trip.below(&format!("discussions/{id}"));
                if dice.once_in(2) {
                    client.delete(&path).send();
                } else {
                    client.patch(&path, json!({"topic": dice.one(&TOPICS)})).send();
                }
            }
        }
        6 if dice.once_in(3) => drop(client.delete(&trip.path).send()),
        _ => {
            let next = match seen["state"].as_str().unwrap() {
                "draft" => trip.act(author, "propose", json!({})),
                "proposed" => trip.act(client, "accept", version),
                "accepted" => trip.act(client, "hold", json!({})),
                "held" => {
                    let visibility = *dice.one(&["network", "network", "parties"]);
                    trip.act(client, "submit-report", json!({"summary": ar("تمت"), "visibility": visibility}))
                }
                _ => trip.act(client, "approve-report", version),
            };
            assert!(next.status < 500, "{next}");
        }
    }
}

/// A visit as the tables have it.
struct Plain {
    created_at: Instant,
    id: VisitId,
    state: VisitState,
    first: CalendarDate,
    last: CalendarDate,
    folded: String,
    parties: Vec<(OrganisationId, Side, Response)>,
    topics: Vec<Topic>,
    audiences: Vec<AnyId>,
}

fn plain(db: &mut Db) -> Vec<Plain> {
    type Row = (Instant, VisitId, VisitState, CalendarDate, Option<CalendarDate>, String);
    let columns =
        (visits::created_at, visits::id, visits::state, visits::starts_on, visits::ends_on, visits::folded);
    let mut rows: Vec<Row> = visits::table.select(columns).load(db).unwrap();
    rows.sort_by_key(|row| std::cmp::Reverse((row.0, row.1)));
    let of = |row: Row, db: &mut Db| Plain {
        created_at: row.0,
        id: row.1,
        state: row.2,
        first: row.3,
        last: row.4.unwrap_or(row.3),
        folded: row.5,
        parties: visit_parties::table
            .filter(visit_parties::visit_id.eq(row.1))
            .select((visit_parties::organisation_id, visit_parties::side, visit_parties::response))
            .load(db)
            .unwrap(),
        topics: visit_discussions::table
            .filter(visit_discussions::visit_id.eq(row.1))
            .select(visit_discussions::topic)
            .load(db)
            .unwrap(),
        audiences: audience::table
            .filter(audience::thing_id.eq(AnyId(row.1.0)))
            .select(audience::organisation_id)
            .load(db)
            .unwrap(),
    };
    rows.into_iter().map(|row| of(row, db)).collect()
}

/// A query, and which rows it is to find.
#[derive(Default)]
struct Asked {
    organisation: Option<(OrganisationId, Option<Side>)>,
    states: Vec<VisitState>,
    from: Option<CalendarDate>,
    to: Option<CalendarDate>,
    topics: Vec<Topic>,
    q: Option<&'static str>,
}

impl Asked {
    fn random(dice: &mut Dice, all: &[&Organisation]) -> Self {
        let mut asked = Self::default();
        if dice.once_in(3) {
            let side = *dice.one(&[None, Some(Side::Visitor), Some(Side::Host)]);
            asked.organisation = Some((dice.one(all).id, side));
        }
        if dice.once_in(3) {
            asked.states = (0..=dice.below(2)).map(|_| *dice.one(VisitState::ALL)).collect();
        }
        if dice.once_in(3) {
            asked.from = Some(dice.date());
        }
        if dice.once_in(3) {
            let after: i32 = *dice.one(&[0, 1, 20, 45, 400]);
            asked.to =
                Some(asked.from.map_or_else(|| dice.date(), |from| from.plus_days(after - 1).unwrap()));
        }
        if dice.once_in(3) {
            asked.topics = (0..=dice.below(2))
                .map(|_| Topic::parse(TOPICS[dice.below(TOPICS.len())]).unwrap())
                .collect();
        }
        if dice.once_in(3) {
            let words =
                ["زيارة", "الصحه", "صح", "نادرة ودية", "زيارة قريه", "وهاب", "ابجد", "ره", "عبدالوهاب", "و"];
            asked.q = Some(*dice.one(&words));
        }
        asked
    }

    fn query(&self) -> String {
        let mut query = String::new();
        if let Some((organisation, side)) = self.organisation {
            query += &format!("&organisation_id={organisation}");
            query += &side.map(|side| format!("&side={}", side.as_str())).unwrap_or_default();
        }
        self.states.iter().for_each(|state| query += &format!("&state={}", state.as_str()));
        self.topics.iter().for_each(|topic| query += &format!("&topic={}", topic.as_str()));
        query += &self.from.map(|from| format!("&from={from}")).unwrap_or_default();
        query += &self.to.map(|to| format!("&to={to}")).unwrap_or_default();
        if let Some(q) = self.q {
            query += "&q=";
            query.extend(q.bytes().map(|byte| format!("%{byte:02X}")));
        }
        query
    }

    /// Whether a caller who reads for these organisations, and the network, is listed the visit.
    fn finds(&self, own: &[OrganisationId], visit: &Plain) -> bool {
        let through = |who: AnyId| {
            let party = |(organisation, side, response): &(OrganisationId, Side, Response)| {
                self.organisation.is_none_or(|(asked, on)| {
                    asked == *organisation
                        && on.is_none_or(|on| on == *side)
                        && (!who.0.is_nil() || *response != Response::Declined)
                })
            };
            visit.audiences.contains(&who) && visit.parties.iter().any(party)
        };
        (own.iter().any(|own| through(AnyId(own.0))) || through(AnyId(uuid::Uuid::nil())))
            && (self.states.is_empty() || self.states.contains(&visit.state))
            && self.from.is_none_or(|from| visit.last >= from)
            && self.to.is_none_or(|to| visit.first <= to)
            && (self.topics.is_empty() || self.topics.iter().any(|topic| visit.topics.contains(topic)))
            && self.q.is_none_or(|q| fold_words(q).iter().all(|word| visit.folded.contains(word.as_str())))
    }
}

/// All pages, one after the other.
fn pages(client: &Client, query: &str, limit: usize) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{VISITS}?limit={limit}{query}{cursor}")).expect(200);
        found.extend(page.ids());
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

type Facets = (BTreeSet<(AnyId, String, Instant, AnyId)>, BTreeSet<(String, String)>);

fn facets(db: &mut Db) -> Facets {
    let rows: Vec<(AnyId, String, Instant, AnyId)> = visit_facets::table.load(db).unwrap();
    let words: Vec<(String, String)> = title_words::table.load(db).unwrap();
    (rows.into_iter().collect(), words.into_iter().collect())
}

/// As the migration makes them of the rows that are there.
fn facets_made_anew(db: &mut Db) -> Facets {
    let text = match db {
        Db::Sqlite(_) => [
            include_str!("../../../migrations/sqlite/2026-11-25-000640_visit_facets/down.sql"),
            include_str!("../../../migrations/sqlite/2026-11-25-000640_visit_facets/up.sql"),
        ],
        Db::Postgres(_) => [
            include_str!("../../../migrations/postgres/2026-11-25-000640_visit_facets/down.sql"),
            include_str!("../../../migrations/postgres/2026-11-25-000640_visit_facets/up.sql"),
        ],
    };
    for part in text {
        db.batch_execute(part).unwrap();
    }
    facets(db)
}

on_both_engines! {
    fn any_filters_find_what_a_plain_look_finds(world: World) {
        let c = world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let d = world::organisation(&world.server, "جمعية كسلا", "kassala");
        let all = [&world.a, &world.b, &c];
        let of_two = world::person(&world.server, "two@awasir.example", false);
        world::join(&world.server, &of_two, world.a.id, Role::Viewer);
        world::join(&world.server, &of_two, c.id, Role::Viewer);
        let mut dice = Dice(20_261_125);
        (0..VISITS_MADE).for_each(|_| live(&mut dice, &all));
        let rows = world.server.look(plain);
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *states.entry(row.state.as_str()).or_default() += 1);
        assert!(states.len() >= 7, "{states:?}");
        let wide = rows.iter().filter(|row| row.audiences.contains(&AnyId(uuid::Uuid::nil()))).count();
        assert!(wide >= 5 && rows.windows(2).all(|pair| pair[0].created_at >= pair[1].created_at), "{wide}");

        let callers: [(&Client, &[OrganisationId]); 4] = [
            (&world.a.viewer, &[world.a.id]),
            (&world.b.viewer, &[world.b.id]),
            (&of_two, &[world.a.id, c.id]),
            (&d.viewer, &[d.id]),
        ];
        let mut found_some = 0;
        for _ in 0..LISTS {
            let asked = Asked::random(&mut dice, &all);
            let (client, own) = *dice.one(&callers);
            let wanted = rows.iter().filter(|row| asked.finds(own, row)).map(|row| row.id.to_string());
            let wanted: Vec<String> = wanted.collect();
            found_some += usize::from(!wanted.is_empty());
            let limit = *dice.one(&[3, 7, 50]);
            assert_eq!(pages(client, &asked.query(), limit), wanted, "limit={limit}{} for {own:?}", asked.query());
        }
        assert!(found_some > 100, "{found_some}");

        let kept = world.server.look(facets);
        let anew = world.server.look(facets_made_anew);
        assert_eq!(kept.0, anew.0);
        // Words of titles that were changed or deleted since stay.
        assert!(anew.1.is_subset(&kept.1), "{:?}", anew.1.difference(&kept.1));
    }
}
