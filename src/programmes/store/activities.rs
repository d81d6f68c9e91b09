//! Activities, with what their progress adds up to; and that progress.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::communities::store::check_exist;
use crate::db::Db;
use crate::db::schema::{programme_activities, programme_progress};
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Findings, Rowed};
use crate::programmes::codes::Counting;
use crate::programmes::model::Loaded;
use crate::programmes::model::activity::{Activity, ActivityRow, NewActivity};
use crate::programmes::model::progress::{InActivity, NewProgress, Progress, ProgressRow};
use crate::programmes::rules::summing::{Cell, Reached};
use crate::programmes::store::room::{ProgressRoom, Room};
use crate::stored;
use crate::types::beneficiaries::Sums;
use crate::types::{ActivityId, OrganisationId, ProgrammeId};

stored!(Activity as ActivityRow, programme_activities, below programme_id: ProgrammeId);
stored!(Progress as ProgressRow, programme_progress, below activity_id: ActivityId);

impl Rowed for Activity {
    type Row = ActivityRow;

    /// What their progress adds up to comes from one statement for all of them.
    fn of_rows(db: &mut Db, rows: Vec<ActivityRow>) -> Result<Vec<Self>> {
        let Some(programme) = rows.first().map(|row| row.programme_id) else { return Ok(Vec::new()) };
        let ids: Vec<ActivityId> = rows.iter().map(|row| row.id).collect();
        let mut reached: HashMap<ActivityId, Reached> = HashMap::new();
        for cell in added_up(db, programme, Some(ids))? {
            reached.entry(cell.activity).or_default().add(&cell);
        }
        let with = |row: ActivityRow| {
            let reached = reached.get(&row.id).copied().unwrap_or_default();
            Self {
                id: row.id,
                version: row.version,
                programme_id: row.programme_id,
                title: row.title,
                sector: row.sector,
                community_id: row.community_id,
                place: row.place,
                led_by_organisation_id: row.led_by_organisation_id,
                starts_on: row.starts_on,
                ends_on: row.ends_on,
                status: row.status,
                target: row.target,
                reached: reached.people.into(),
                service_contacts: reached.contacts,
                population_group: row.population_group,
                created_at: row.created_at,
                updated_at: row.updated_at,
            }
        };
        Ok(rows.into_iter().map(with).collect())
    }

    fn row(&self) -> Result<ActivityRow> {
        Ok(ActivityRow {
            id: self.id,
            programme_id: self.programme_id,
            title: self.title.clone(),
            sector: self.sector,
            community_id: self.community_id,
            place: self.place.clone(),
            led_by_organisation_id: self.led_by_organisation_id,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            status: self.status,
            target: self.target.clone(),
            population_group: self.population_group,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

type Numbers = (
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// A column's sum. PostgreSQL adds up whole numbers to a numeric; what one entry says is so little that no sum of
/// entries comes near to what 64 bits hold.
fn sum(column: &str) -> diesel::expression::SqlLiteral<Nullable<BigInt>> {
    sql(&format!("cast(sum({column}) as bigint)"))
}

/// Progress added up by activity, month and counting, of these activities or of all of a programme's: from the index
/// alone, without a look at the entries.
///
/// # Errors
/// The engine's.
pub fn added_up(db: &mut Db, programme: ProgrammeId, only: Option<Vec<ActivityId>>) -> Result<Vec<Cell>> {
    use programme_progress as progress;
    let by = (progress::activity_id, progress::month, progress::counting);
    let numbers = (
        sum("women"),
        sum("men"),
        sum("girls"),
        sum("boys"),
        sum("unspecified"),
        sum("total"),
        sum("households"),
        sum("with_disability"),
        sum("elderly"),
    );
    let grouped = progress::table.filter(progress::programme_id.eq(programme)).group_by(by).select((
        progress::activity_id,
        progress::month,
        progress::counting,
        numbers,
    ));
    let rows: Vec<(ActivityId, String, Counting, Numbers)> = match only {
        None => crate::natively!(db, connection => grouped.load(connection))?,
        Some(ids) => {
            let of_these = grouped.filter(progress::activity_id.eq_any(ids));
            crate::natively!(db, connection => of_these.load(connection))?
        }
    };
    let cell = |(activity, month, counting, numbers): (ActivityId, String, Counting, Numbers)| {
        let (women, men, girls, boys, unspecified, total, households, with_disability, elderly) = numbers;
        let sums = Sums { women, men, girls, boys, unspecified, households, with_disability, elderly };
        Cell { activity, month, counting, sums, contacts: total.unwrap_or_default() }
    };
    Ok(rows.into_iter().map(cell).collect())
}

impl Checked for Activity {
    fn check(
        new: &mut NewActivity,
        before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        // What stood before stays, though the partner has left since or the period was amended.
        let led_by = new.led_by_organisation_id;
        if before.is_none_or(|before| before.led_by_organisation_id != led_by)
            && !room.partners.contains(&led_by)
        {
            let pointer = format!("{at}/led_by_organisation_id");
            room.report(pointer, "not-a-partner", "is no partner of the programme");
        }
        let days = [
            ("starts_on", new.starts_on, before.and_then(|before| before.starts_on)),
            ("ends_on", new.ends_on, before.and_then(|before| before.ends_on)),
        ];
        for (name, day, stood) in days {
            if let Some(day) = day.filter(|_| day != stood) {
                room.day_in_period(day, format!("{at}/{name}"));
            }
        }
        let stood = before.and_then(|before| before.community_id);
        if let Some(community) = new.community_id.filter(|_| new.community_id != stood)
            && !check_exist(db, &[community], "")?.is_empty()
        {
            room.report(format!("{at}/community_id"), "unknown-reference", "there is no such community");
        }
        Ok(())
    }
}

impl Around for Activity {
    /// Whether progress was recorded.
    fn is_in_use(&self, db: &mut Db) -> Result<bool> {
        let recorded = programme_progress::table.filter(programme_progress::activity_id.eq(self.id));
        Ok(diesel::select(exists(recorded)).get_result(db)?)
    }
}

/// An activity in a programme.
///
/// # Errors
/// `not-found`.
pub fn in_programme(db: &mut Db, programme: Loaded, activity: ActivityId) -> Result<InActivity> {
    let found: Option<(i64, OrganisationId)> = programme_activities::table
        .filter(programme_activities::id.eq(activity))
        .filter(programme_activities::programme_id.eq(programme.row.id))
        .select((programme_activities::version, programme_activities::led_by_organisation_id))
        .first(db)
        .optional()?;
    let (version, led_by) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(InActivity { programme, activity, version, led_by })
}

impl Checked for Progress {
    fn check(
        new: &mut NewProgress,
        _before: Option<&Self>,
        room: &mut ProgressRoom,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        let Some(reversed) = new.reverses else {
            if let Some(period) = new.period {
                room.day_in_period(period.starts_on, format!("{at}/period/starts_on"));
                room.day_in_period(period.ends_on, format!("{at}/period/ends_on"));
                room.day_has_come(period.ends_on, format!("{at}/period/ends_on"));
            }
            return Ok(());
        };
        let found: Option<ProgressRow> =
            programme_progress::table.find(reversed).select(ProgressRow::as_select()).first(db).optional()?;
        match found.filter(|found| Some(found.activity_id) == room.activity).map(Self::from) {
            None => room.report(
                format!("{at}/reverses"),
                "unknown-reference",
                "is no entry of this activity's progress",
            ),
            Some(entry) if entry.reverses.is_some() => {
                room.report(format!("{at}/reverses"), "is-a-reversal", "takes another back itself");
            }
            Some(entry) => {
                let said = new.reached.is_none_or(|reached| reached.sums() == Sums::from(&entry.reached));
                let same = [
                    ("period", new.period.is_none_or(|period| period == entry.period)),
                    ("reached", said),
                    ("counting", new.counting.is_none_or(|counting| counting == entry.counting)),
                ];
                for (name, _) in same.into_iter().filter(|(_, same)| !same) {
                    let detail = "is not what the entry says that it takes back";
                    room.report(format!("{at}/{name}"), "differs", detail);
                }
                room.reversed = Some(entry);
            }
        }
        Ok(())
    }
}

impl Around for Progress {
    /// An entry is taken back once.
    fn before_adding(&self, db: &mut Db) -> Result<()> {
        let Some(reversed) = self.reverses else { return Ok(()) };
        let by_another = programme_progress::table.filter(programme_progress::reverses.eq(reversed));
        if diesel::select(exists(by_another)).get_result(db)? {
            return Err(Problem::new(Code::AlreadyReversed));
        }
        Ok(())
    }
}
