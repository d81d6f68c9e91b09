//! What is there before anything is measured: a thousand organisations, one person of one of them.

use std::path::Path;

use ::awasir::access::passwords::{Cost, PasswordHasher};
use ::awasir::db::schema::{members, organisations, users};
use ::awasir::db::{Db, Target, migrations};
use ::awasir::text::fold;
use ::awasir::types::{Clock, IdMaker, Instant, Json, MemberId, OrganisationId, UserId};
use diesel::prelude::*;
use serde_json::{Value, json};

/// How many organisations.
pub const COUNT: usize = 1_000;
/// Who signs in.
pub const EMAIL: &str = "admin@compare.example";
/// With what.
pub const PASSWORD: &str = "سبع سنابل خضر";
/// What is read and listed.
pub const THINGS: &str = "organisations";
/// The columns that Awasir reads of it.
pub const COLUMNS: &str = "id, version, status, name, official_name, short_name, legal_form, about, sectors, \
                           community_ids, founded_on, website, external_ids, external_ids_partners, \
                           external_ids_network, last_decision, applicant, created_at, updated_at";
/// What a list is narrowed to.
pub const AMONG: &str = "status not in ('applied', 'returned', 'rejected')";
/// A new community; its names have a number of their own in each request.
pub const NEW_COMMUNITY: &str = r#"{"name":{"ar":"قرية 000000000000","en":"Village 000000000000"},"country":"SD","other_names":[],"confirm_new":true}"#;

/// What was planted.
pub struct Seed {
    /// The organisation that is read.
    pub one: String,
    /// All of them.
    pub organisations: Vec<OrganisationId>,
}

/// The organisation of this number, as it is answered (without what every thing has).
pub fn organisation(n: usize) -> Value {
    json!({
        "version": 1,
        "status": "active",
        "name": {"ar": format!("جمعية الوادي الخيرية {n}"), "en": format!("Wadi Charitable Society {n}")},
        "official_name": {"ar": format!("جمعية الوادي الخيرية للتنمية وإعمار القرى رقم {n}")},
        "short_name": {"ar": format!("الوادي {n}")},
        "legal_form": "association",
        "about": {
            "ar": "جمعية أهلية تعمل مع القرى على ضفتي النيل في التعليم والصحة ومياه الشرب، يقوم عليها متطوعون من أهلها.",
            "en": "A society of villages on both banks of the Nile: schools, health, drinking water; run by volunteers."
        },
        "sectors": ["education", "health"],
        "community_ids": [],
        "founded_on": "2011-05-14",
        "website": "https://wadi.example",
        "external_ids": [],
        "contact": {}
    })
}

/// Makes the folder, the database's tables and its rows.
pub fn plant(url: &str, folder: &Path) -> Seed {
    plant_so_many(url, folder, COUNT, &[EMAIL])
}

/// The same with so many organisations, of which the first have an admin each.
pub fn plant_so_many(url: &str, folder: &Path, count: usize, admins: &[&str]) -> Seed {
    std::fs::create_dir_all(folder).expect("a folder");
    migrations::migrate(&Target::parse(url).expect("a database's URL")).expect("the migrations");
    plant_rows(url, count, admins)
}

/// The rows alone, in tables that are there.
pub fn plant_rows(url: &str, count: usize, admins: &[&str]) -> Seed {
    let target = Target::parse(url).expect("a database's URL");
    let mut db = target.connect().expect("a connection");
    let ids = IdMaker::system(Clock::system());
    let hash = hash();
    db.transaction(|db| {
        let organisations: Vec<OrganisationId> = (0..count).map(|n| add_organisation(db, &ids, n)).collect();
        for (email, organisation) in admins.iter().zip(&organisations) {
            add_person(db, &ids, *organisation, email, &hash);
        }
        diesel::QueryResult::Ok(Seed { one: organisations[count / 2].to_string(), organisations })
    })
    .expect("the rows")
}

/// At the default cost, as the settings have it.
fn hash() -> String {
    let cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };
    let hasher = PasswordHasher::start(cost, 1, 1).expect("a thread for passwords");
    actix_web::rt::System::new().block_on(hasher.hash(PASSWORD)).expect("a hash")
}

fn text(value: &Value) -> Json<Value> {
    Json::new(value).expect("JSON")
}

fn add_organisation(db: &mut Db, ids: &IdMaker, n: usize) -> OrganisationId {
    let id: OrganisationId = ids.id();
    let whole = organisation(n);
    let now = Instant::from_micros(Instant::system_now().micros() + i64::try_from(n).unwrap_or(0));
    let (ar, en) = (whole["name"]["ar"].as_str().unwrap_or(""), whole["name"]["en"].as_str().unwrap_or(""));
    let folded = format!("{} {}", fold(ar), fold(en));
    diesel::insert_into(organisations::table)
        .values((
            (
                organisations::id.eq(id),
                organisations::status.eq("active"),
                organisations::name.eq(text(&whole["name"])),
                organisations::official_name.eq(text(&whole["official_name"])),
                organisations::short_name.eq(text(&whole["short_name"])),
                organisations::legal_form.eq("association"),
                organisations::about.eq(text(&whole["about"])),
                organisations::sectors.eq(text(&whole["sectors"])),
                organisations::community_ids.eq(text(&whole["community_ids"])),
            ),
            (
                organisations::founded_on.eq("2011-05-14".parse::<::awasir::types::CalendarDate>().ok()),
                organisations::website.eq("https://wadi.example"),
                organisations::external_ids.eq(text(&whole["external_ids"])),
                organisations::contact.eq(text(&whole["contact"])),
                organisations::folded_name.eq(fold(ar)),
                organisations::folded.eq(folded),
                organisations::version.eq(1),
                organisations::created_at.eq(now),
                organisations::updated_at.eq(now),
            ),
        ))
        .execute(db)
        .expect("an organisation");
    id
}

/// An admin of the organisation.
fn add_person(db: &mut Db, ids: &IdMaker, organisation: OrganisationId, email: &str, hash: &str) {
    let (user, member, now): (UserId, MemberId, Instant) = (ids.id(), ids.id(), Instant::system_now());
    let name = text(&json!({"ar": "أمينة", "en": "Amina"}));
    diesel::insert_into(users::table)
        .values((
            users::id.eq(user),
            users::name.eq(name.clone()),
            users::locale.eq("ar"),
            users::email.eq(email),
            users::password_hash.eq(hash),
            users::password_temporary.eq(false),
            users::network_admin.eq(false),
            users::epoch.eq(1),
            users::version.eq(1),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(db)
        .expect("a user");
    diesel::insert_into(members::table)
        .values((
            members::id.eq(member),
            members::organisation_id.eq(organisation),
            members::user_id.eq(user),
            members::name.eq(name),
            members::email.eq(email),
            members::is_executive.eq(false),
            members::role.eq("admin"),
            members::folded.eq(fold(email)),
            members::version.eq(1),
            members::created_at.eq(now),
            members::updated_at.eq(now),
        ))
        .execute(db)
        .expect("a member");
}
