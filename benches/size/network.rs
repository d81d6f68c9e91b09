//! The visits of a network of any size: of each the same, whatever is made before or after it.

use awasir::db::schema::{audience, visit_discussions, visit_parties, visits};
use awasir::text::fold;
use awasir::types::{AnyId, CalendarDate, Instant, Json, OrganisationId};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// A word that five titles have.
pub const RARE_WORD: &str = "الكسمبر";
/// A word that most titles have.
pub const COMMON_WORD: &str = "زيارة";
/// Two letters that are in a title of thirty.
pub const TWO_LETTERS: &str = "طب";
/// A word that nothing has.
pub const NO_WORD: &str = "ظظظ";
/// A topic of five visits.
pub const RARE_TOPIC: &str = "emergency_response";
/// A topic of every third visit.
pub const COMMON_TOPIC: &str = "coordination";

/// One day in microseconds.
const DAY: i64 = 86_400_000_000;
/// From the first visit to the last.
const DAYS: i64 = 5 * 365;

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident in $table:ident { $($column:ident: $type:ty,)* })*) => { $(
        $(#[$doc])*
        #[derive(Insertable, Clone)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub struct $name { $(pub $column: $type,)* }
    )* };
}

rows! {
    /// A visit; what it has not is null.
    Visit in visits {
        id: AnyId, state: &'static str, visibility: &'static str, title: Json<Value>, summary: Json<Value>,
        purposes: Json<Value>, starts_on: CalendarDate, ends_on: Option<CalendarDate>, time_zone: &'static str,
        held_on: Option<CalendarDate>, community_ids: Json<Value>, report: Option<Json<Value>>,
        reminders: Json<Value>, folded: String, created_by_organisation_id: OrganisationId, version: i64,
        created_at: Instant, updated_at: Instant,
    }
    /// A party.
    Party in visit_parties {
        visit_id: AnyId, organisation_id: OrganisationId, side: &'static str, place_in_list: i64,
        response: &'static str, report_approval: &'static str, has_answered: bool, state: &'static str,
        created_at: Instant,
    }
    /// Who sees it.
    Shown in audience {
        thing_kind: &'static str, organisation_id: AnyId, created_at: Instant, thing_id: AnyId,
    }
    /// What was discussed.
    Talk in visit_discussions {
        id: AnyId, visit_id: AnyId, topic: &'static str, summary: Json<Value>, version: i64, created_at: Instant,
        updated_at: Instant,
    }
}

/// Some visits with all that belongs to them.
#[derive(Default)]
pub struct Rows {
    /// The visits.
    pub visits: Vec<Visit>,
    /// Their parties.
    pub parties: Vec<Party>,
    /// Their audiences.
    pub shown: Vec<Shown>,
    /// Their discussions.
    pub talks: Vec<Talk>,
}

/// A network: the first organisation has three visits, the second every tenth, the others the rest.
pub struct Network {
    /// All organisations.
    pub organisations: Vec<OrganisationId>,
    /// How many visits.
    pub count: usize,
    /// When the first was made.
    pub begin: Instant,
    texts: Texts,
}

/// Texts that all share.
struct Texts {
    summary: Json<Value>,
    list: Json<Value>,
    purposes: Json<Value>,
    talk: Json<Value>,
}

fn text(value: &Value) -> Json<Value> {
    Json::new(value).expect("JSON")
}

/// Numbers that look random, one after the other.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end).expect("a small number")
    }
}

const KINDS: [&str; 8] = [
    "زيارة ودية",
    "زيارة تعارف",
    "زيارة متابعة",
    "زيارة تبادل خبرات",
    "زيارة",
    "جولة ميدانية",
    "لقاء تنسيقي",
    "ورشة مشتركة",
];
const THINGS: [&str; 10] = [
    "مدرسة",
    "مركز صحي",
    "محطة مياه",
    "مزرعة",
    "تكية",
    "روضة أطفال",
    "دار أيتام",
    "مخيم",
    "مشغل نسائي",
    "مكتبة",
];
const PLACES: [&str; 16] = [
    "ود مدني",
    "الدويم",
    "كوستي",
    "ربك",
    "سنار",
    "كسلا",
    "القضارف",
    "عطبرة",
    "شندي",
    "الأبيض",
    "أم روابة",
    "بارا",
    "الحصاحيصا",
    "رفاعة",
    "المناقل",
    "الكاملين",
];
const TOPICS: [&str; 6] = [
    "project_management",
    "fundraising",
    "experience_exchange",
    "registration",
    "shared_challenges",
    "media",
];

impl Network {
    /// So many visits of these organisations, the last made a day ago.
    pub fn new(organisations: Vec<OrganisationId>, count: usize) -> Self {
        let begin = Instant::from_micros(Instant::system_now().micros() - (DAYS + 1) * DAY);
        let summary =
            "اجتمع الطرفان وتعارفا وعرض كل منهما مشروعاته وما يواجهه من صعاب، واتفقا على أن يتبادلا الخبرة.";
        let texts = Texts {
            summary: text(&json!({ "ar": summary })),
            list: text(&json!([])),
            purposes: text(&json!(["friendly", "experience_exchange"])),
            talk: text(&json!({"ar": "تحدثوا عما يجمعهم وعما يمكن أن يعملوه معًا."})),
        };
        Self { organisations, count, begin, texts }
    }

    /// The visits of these numbers.
    pub fn rows(&self, numbers: std::ops::Range<usize>) -> Rows {
        let mut rows = Rows::default();
        numbers.for_each(|n| self.add(n, &mut rows));
        rows
    }

    /// Whether a visit is one of so few, spread evenly over all.
    fn is_one_of(&self, n: usize, few: usize) -> bool {
        n % (self.count / few) == self.count / few / 2
    }

    /// An organisation's id, as the numbers fall.
    fn other(&self, dice: &mut Dice) -> OrganisationId {
        self.organisations[2 + dice.below(self.organisations.len() as u64 - 2)]
    }

    fn parties(&self, n: usize, dice: &mut Dice) -> Vec<OrganisationId> {
        let first = if self.is_one_of(n, 3) {
            self.organisations[0]
        } else if n.is_multiple_of(10) {
            self.organisations[1]
        } else {
            self.other(dice)
        };
        let mut all = vec![first];
        let wanted = if dice.below(20) == 0 { 3 } else { 2 };
        while all.len() < wanted {
            let other = self.other(dice);
            if !all.contains(&other) {
                all.push(other);
            }
        }
        if dice.below(2) == 0 && first != self.organisations[0] {
            all.swap(0, 1);
        }
        all
    }

    fn add(&self, n: usize, rows: &mut Rows) {
        let mut dice = Dice(n as u64 * 0x1_0001);
        let step = DAYS * DAY / i64::try_from(self.count).expect("a count");
        let created_at =
            Instant::from_micros(self.begin.micros() + step * i64::try_from(n).expect("a number"));
        let id = id(created_at, &mut dice);
        let few = self.is_one_of(n, 5);
        let state = if few {
            "concluded"
        } else if self.is_one_of(n, 3) {
            ["proposed", "held", "concluded"][(n * 3 / self.count).min(2)]
        } else {
            state(&mut dice)
        };
        let network = state == "concluded" && (few || self.is_one_of(n, 3) || dice.below(5) > 0);
        let parties = self.parties(n, &mut dice);
        let author = parties[0];
        for (place, one) in parties.iter().enumerate() {
            let declined = place == 2 && state != "draft";
            rows.parties.push(Party {
                visit_id: id,
                organisation_id: *one,
                side: if place == 1 { "host" } else { "visitor" },
                place_in_list: i64::try_from(place).expect("a place"),
                response: if declined { "declined" } else { "accepted" },
                report_approval: "pending",
                has_answered: true,
                state,
                created_at,
            });
            if !declined && (state != "draft" || *one == author) {
                rows.shown.push(shown(id, created_at, AnyId(one.0)));
            }
        }
        if network {
            rows.shown.push(shown(id, created_at, AnyId(Uuid::nil())));
        }
        self.add_talks(id, created_at, few, &mut dice, rows);
        rows.visits.push(self.visit(id, created_at, few, (state, network, author), &mut dice));
    }

    fn add_talks(&self, visit: AnyId, created_at: Instant, few: bool, dice: &mut Dice, rows: &mut Rows) {
        let mut topics = Vec::new();
        if few {
            topics.push(RARE_TOPIC);
        }
        if dice.below(3) == 0 {
            topics.push(COMMON_TOPIC);
        }
        if dice.below(2) == 0 {
            topics.push(TOPICS[dice.below(TOPICS.len() as u64)]);
        }
        rows.talks.extend(topics.into_iter().map(|topic| Talk {
            id: id(created_at, dice),
            visit_id: visit,
            topic,
            summary: self.texts.talk.clone(),
            version: 1,
            created_at,
            updated_at: created_at,
        }));
    }

    fn visit(
        &self,
        id: AnyId,
        created_at: Instant,
        few: bool,
        (state, network, author): (&'static str, bool, OrganisationId),
        dice: &mut Dice,
    ) -> Visit {
        let thing = if few {
            RARE_WORD
        } else if dice.below(30) == 0 {
            "عيادة طبية"
        } else {
            THINGS[dice.below(THINGS.len() as u64)]
        };
        let (kind, place) = (KINDS[dice.below(KINDS.len() as u64)], PLACES[dice.below(PLACES.len() as u64)]);
        let title = format!("{kind} إلى {thing} في {place}");
        let made = i32::try_from((created_at.micros() / DAY) - 10_957).expect("a day");
        let after = i32::try_from(dice.below(60)).expect("some days") - 15;
        let starts_on = CalendarDate::from_days_since_2000(made + after).expect("a day");
        let held = ["held", "reported", "concluded"].contains(&state);
        let reported = ["reported", "concluded"].contains(&state);
        let report = reported.then(|| {
            text(&json!({
                "summary": {"ar": "تمت الزيارة واتُّفق على ما يلي."}, "closing_notes": [],
                "visibility": if network { "network" } else { "parties" },
                "submitted_by_organisation_id": author, "submitted_at": created_at,
            }))
        });
        Visit {
            id,
            state,
            visibility: if network { "network" } else { "parties" },
            folded: fold(&title),
            title: text(&json!({ "ar": title })),
            summary: self.texts.summary.clone(),
            purposes: self.texts.purposes.clone(),
            starts_on,
            ends_on: if dice.below(10) == 0 { starts_on.plus_days(2) } else { None },
            time_zone: "Africa/Khartoum",
            held_on: held.then_some(starts_on),
            community_ids: self.texts.list.clone(),
            report,
            reminders: self.texts.list.clone(),
            created_by_organisation_id: author,
            version: 1,
            created_at,
            updated_at: created_at,
        }
    }
}

/// The states in about the share that they have in a network at work.
fn state(dice: &mut Dice) -> &'static str {
    match dice.below(100) {
        0..8 => "draft",
        8..18 => "proposed",
        18..28 => "accepted",
        28..36 => "held",
        36..42 => "reported",
        42..46 => "declined",
        46..50 => "cancelled",
        _ => "concluded",
    }
}

/// An id of that time.
fn id(at: Instant, dice: &mut Dice) -> AnyId {
    let mut random = [0; 10];
    random.iter_mut().for_each(|byte| *byte = u8::try_from(dice.below(256)).expect("a byte"));
    let millis = u64::try_from(at.micros() / 1000).expect("a time");
    AnyId(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

fn shown(visit: AnyId, created_at: Instant, who: AnyId) -> Shown {
    Shown { thing_kind: "visit", organisation_id: who, created_at, thing_id: visit }
}
