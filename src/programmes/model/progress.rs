//! What was reached: entries that are only ever added. A wrong one is taken back by another that names it.

use diesel::prelude::*;
use uuid::Uuid;

use super::contribution::ByMember;
use super::loaded::Loaded;
use crate::db::schema::programme_progress;
use crate::http::decode::At;
use crate::http::problem::{Problem, Result};
use crate::items::{Edit, Item, Part, Rowed, Stamp};
use crate::programmes::codes::Counting;
use crate::programmes::store::room::ProgressRoom;
use crate::text::LocalizedText;
use crate::types::beneficiaries::Sums;
use crate::types::id::check_client_made;
use crate::types::{
    ActivityId, Beneficiaries, CalendarDate, Instant, Json, MemberId, NewBeneficiaries, OrganisationId,
    Period, ProgrammeId, ProgressId,
};
use crate::{body, part, view};

view! {
    /// Whom an activity reached in a time. It is never changed: a wrong entry is taken back by another, whose
    /// `reverses` names it and whose numbers are taken away.
    pub struct Progress {
        /// Its id.
        pub id: ProgressId,
        /// Always 1.
        pub version: i64,
        /// Of which programme.
        pub programme_id: ProgrammeId,
        /// Of which activity.
        pub activity_id: ActivityId,
        /// In which time.
        pub period: Period,
        /// Whom it reached.
        pub reached: Beneficiaries,
        /// Whether they were counted before.
        pub counting: Counting,
        /// A word on it.
        pub note: Option<Json<LocalizedText>>,
        /// Which entry it takes back.
        pub reverses: Option<ProgressId>,
        /// Who recorded it.
        pub recorded_by: ByMember,
        /// When it was recorded.
        pub created_at: Instant,
    }
}

/// A row of the table: below zero where it takes another back, so that sums are right.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_progress, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ProgressRow {
    pub id: ProgressId,
    pub programme_id: ProgrammeId,
    pub activity_id: ActivityId,
    pub starts_on: CalendarDate,
    pub ends_on: CalendarDate,
    pub month: String,
    pub counting: Counting,
    pub women: Option<i64>,
    pub men: Option<i64>,
    pub girls: Option<i64>,
    pub boys: Option<i64>,
    pub unspecified: Option<i64>,
    pub total: Option<i64>,
    pub households: Option<i64>,
    pub with_disability: Option<i64>,
    pub elderly: Option<i64>,
    pub note: Option<Json<LocalizedText>>,
    pub reverses: Option<ProgressId>,
    pub recorded_by_organisation_id: OrganisationId,
    pub recorded_by_member_id: MemberId,
    pub version: i64,
    pub created_at: Instant,
}

/// The month in which a time ends, by which progress is added up: `2026-03`.
pub fn month_of(period: Period) -> String {
    let mut day = period.ends_on.to_string();
    day.truncate("2026-03".len());
    day
}

impl Rowed for Progress {
    type Row = ProgressRow;

    fn of_rows(_db: &mut crate::db::Db, rows: Vec<ProgressRow>) -> Result<Vec<Self>> {
        Ok(rows.into_iter().map(Self::from).collect())
    }

    fn row(&self) -> Result<ProgressRow> {
        let said = Sums::from(&self.reached);
        let sums = if self.reverses.is_some() { said.reversed() } else { said };
        Ok(ProgressRow {
            id: self.id,
            programme_id: self.programme_id,
            activity_id: self.activity_id,
            starts_on: self.period.starts_on,
            ends_on: self.period.ends_on,
            month: month_of(self.period),
            counting: self.counting,
            women: sums.women,
            men: sums.men,
            girls: sums.girls,
            boys: sums.boys,
            unspecified: sums.unspecified,
            total: sums.total(),
            households: sums.households,
            with_disability: sums.with_disability,
            elderly: sums.elderly,
            note: self.note.clone(),
            reverses: self.reverses,
            recorded_by_organisation_id: self.recorded_by.organisation_id,
            recorded_by_member_id: self.recorded_by.member_id,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

impl From<ProgressRow> for Progress {
    fn from(row: ProgressRow) -> Self {
        let kept = Sums {
            women: row.women,
            men: row.men,
            girls: row.girls,
            boys: row.boys,
            unspecified: row.unspecified,
            households: row.households,
            with_disability: row.with_disability,
            elderly: row.elderly,
        };
        let said = if row.reverses.is_some() { kept.reversed() } else { kept };
        Self {
            id: row.id,
            version: row.version,
            programme_id: row.programme_id,
            activity_id: row.activity_id,
            period: Period { starts_on: row.starts_on, ends_on: row.ends_on },
            reached: said.into(),
            counting: row.counting,
            note: row.note,
            reverses: row.reverses,
            recorded_by: ByMember {
                organisation_id: row.recorded_by_organisation_id,
                member_id: row.recorded_by_member_id,
            },
            created_at: row.created_at,
        }
    }
}

/// Where an activity is: what its progress is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityPlace {
    /// In which programme.
    pub programme: ProgrammeId,
    /// Which.
    pub activity: ActivityId,
}

impl From<ActivityPlace> for ActivityId {
    fn from(place: ActivityPlace) -> Self {
        place.activity
    }
}

/// An activity in its programme, as far as its progress asks.
#[derive(Debug, Clone)]
pub struct InActivity {
    /// The programme.
    pub programme: Loaded,
    /// Which activity.
    pub activity: ActivityId,
    /// Its version.
    pub version: i64,
    /// Which partner carries it out.
    pub led_by: OrganisationId,
}

body! {
    /// Whom an activity reached, or that an entry was wrong.
    pub struct NewProgress {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<ProgressId>,
        /// In which time: in the programme's period, and over. Left out, or the same, where it takes another back.
        pub period: Option<Period>,
        /// Whom it reached. Left out, or the same, where it takes another back.
        pub reached: Option<NewBeneficiaries>,
        /// Whether they were counted before; not known by default. Left out, or the same, where it takes another back.
        pub counting: Option<Counting>,
        /// A word on it.
        pub note: Option<LocalizedText>,
        /// Which entry of the same activity it takes back.
        pub reverses: Option<ProgressId>,
    }
    where check = goes_together
}

fn goes_together(new: &NewProgress, at: &mut At<'_>) {
    check_client_made(new.id.map(ProgressId::uuid), at);
    if new.reverses.is_none() {
        let missing = [("period", new.period.is_none()), ("reached", new.reached.is_none())];
        for (name, _) in missing.into_iter().filter(|(_, missing)| *missing) {
            at.member(name, |at| at.report("required", "is required"));
        }
    }
}

impl Item for Progress {
    type Parent = InActivity;
    type New = NewProgress;
    const PART: Part = part!("progress", "programme.progress", None);

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewProgress) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn adding(new: &NewProgress) -> Edit {
        if new.reverses.is_some() { Edit::Reversed } else { Edit::Added }
    }

    fn make(
        new: NewProgress,
        _before: Option<&Self>,
        room: &ProgressRoom,
        stamp: Stamp<ActivityPlace>,
    ) -> Result<Self> {
        let (period, reached, counting) = match &room.reversed {
            Some(reversed) => (Some(reversed.period), Some(reversed.reached.clone()), reversed.counting),
            None => {
                let reached = new.reached.map(|reached| Beneficiaries::from(reached.sums()));
                (new.period, reached, new.counting.unwrap_or(Counting::NotKnown))
            }
        };
        let unchecked = || Problem::internal("a progress entry was not checked");
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            programme_id: stamp.parent.programme,
            activity_id: stamp.parent.activity,
            period: period.ok_or_else(unchecked)?,
            reached: reached.ok_or_else(unchecked)?,
            counting,
            note: new.note.as_ref().map(Json::new).transpose()?,
            reverses: new.reverses,
            recorded_by: ByMember { organisation_id: stamp.by, member_id: room.member },
            created_at: stamp.created_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// An entry is never changed.
    fn is_editable_by(&self, _activity: &(), _own: OrganisationId) -> bool {
        false
    }
}
