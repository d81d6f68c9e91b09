//! By what the partners measure whether a programme achieves what it is to achieve.

use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::programme_indicators;
use crate::http::decode::{At, Int, List, Text};
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::programmes::codes::Measure;
use crate::programmes::rules::Standing;
use crate::programmes::rules::measuring::{self, normal};
use crate::programmes::store::room::Room;
use crate::text::Name;
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, IndicatorId, Instant, Json, OrganisationId, Period, ProgrammeId};
use crate::{body, part, view};

view! {
    /// Where an indicator stood before.
    pub struct Baseline, kept {
        /// In which year.
        pub year: i64,
        /// Its value then.
        pub value: String,
    }
}

view! {
    /// What an indicator is to be in a time, and what it came to.
    pub struct IndicatorPeriod, kept {
        /// The first day.
        pub starts_on: CalendarDate,
        /// The last day.
        pub ends_on: CalendarDate,
        /// What it is to be.
        pub target: Option<String>,
        /// What it came to.
        pub actual: Option<String>,
    }
}

view! {
    /// An indicator of a programme.
    pub struct Indicator in programme_indicators, written {
        /// Its id.
        pub id: IndicatorId,
        /// Raised by every change.
        pub version: i64,
        /// Of which programme.
        pub programme_id: ProgrammeId,
        /// What it is called.
        pub title: Json<Name>,
        /// What its values are.
        pub measure: Measure,
        /// Whether more is better.
        pub ascending: bool,
        /// Where it stood before.
        pub baseline: Option<Json<Baseline>>,
        /// What it is to be and what it came to, time by time.
        pub periods: Json<Vec<IndicatorPeriod>>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A value, as the measure has it: a decimal number, a whole number, words.
pub type IndicatorValue = Text<1, 200>;

body! {
    /// Where an indicator stood before.
    pub struct NewBaseline {
        /// In which year.
        pub year: Int<1900, 2200>,
        /// Its value then.
        pub value: IndicatorValue,
    }
}

body! {
    /// What an indicator is to be in a time, and what it came to.
    pub struct NewIndicatorPeriod {
        /// The first day, in the programme's period.
        pub starts_on: CalendarDate,
        /// The last day, in the programme's period and not before the first.
        pub ends_on: CalendarDate,
        /// What it is to be.
        pub target: Option<IndicatorValue>,
        /// What it came to.
        pub actual: Option<IndicatorValue>,
    }
    where check = in_order
}

body! {
    /// An indicator to be added, or changed. Its values are decimal numbers in strings where the measure is `unit` or
    /// `percentage` (0 to 100), whole numbers where it is `ordinal`, else words.
    pub struct NewIndicator {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<IndicatorId>,
        /// What it is called.
        pub title: Name,
        /// What its values are.
        pub measure: Measure,
        /// Whether more is better; it is by default.
        pub ascending: Option<bool>,
        /// Where it stood before.
        pub baseline: Option<NewBaseline>,
        /// What it is to be and what it came to; none on the days of another.
        pub periods: List<NewIndicatorPeriod, 0, 120>,
    }
    where check = goes_together
}

fn in_order(period: &NewIndicatorPeriod, at: &mut At<'_>) {
    if period.ends_on < period.starts_on {
        at.member("ends_on", |at| at.report("out-of-range", "is before the first day"));
    }
}

impl NewIndicatorPeriod {
    /// From when until when.
    pub fn period(&self) -> Period {
        Period { starts_on: self.starts_on, ends_on: self.ends_on }
    }
}

fn goes_together(new: &NewIndicator, at: &mut At<'_>) {
    check_client_made(new.id.map(IndicatorId::uuid), at);
    let check = |name: &str, value: &IndicatorValue, at: &mut At<'_>| {
        if let Err(error) = measuring::check(new.measure, value) {
            at.member(name, |at| at.report(error.code, error.detail));
        }
    };
    if let Some(baseline) = &new.baseline {
        at.member("baseline", |at| check("value", &baseline.value, at));
    }
    at.member("periods", |at| {
        for (i, period) in new.periods.iter().enumerate() {
            at.index(i, |at| {
                for (name, value) in [("target", &period.target), ("actual", &period.actual)] {
                    if let Some(value) = value {
                        check(name, value, at);
                    }
                }
                let mine = period.period();
                let earlier = new.periods.iter().take(i).map(NewIndicatorPeriod::period);
                let on_my_days =
                    |other: &Period| other.starts_on <= mine.ends_on && mine.starts_on <= other.ends_on;
                if earlier.into_iter().any(|other| on_my_days(&other)) {
                    at.member("starts_on", |at| at.report("overlaps", "is on the days of one before it"));
                }
            });
        }
    });
}

impl Item for Indicator {
    type Parent = Loaded;
    type New = NewIndicator;
    const PART: Part = part!("indicators", "programme.indicator", Some(200));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewIndicator) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(
        new: NewIndicator,
        _before: Option<&Self>,
        _room: &Room,
        stamp: Stamp<ProgrammeId>,
    ) -> Result<Self> {
        let value = |value: Option<IndicatorValue>| value.map(|value| normal(new.measure, &value));
        let periods = new.periods.into_iter().map(|period| IndicatorPeriod {
            starts_on: period.starts_on,
            ends_on: period.ends_on,
            target: value(period.target),
            actual: value(period.actual),
        });
        let baseline = new.baseline.map(|baseline| Baseline {
            year: baseline.year.get(),
            value: normal(new.measure, &baseline.value),
        });
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            programme_id: stamp.parent,
            title: Json::new(&new.title)?,
            measure: new.measure,
            ascending: new.ascending.unwrap_or(true),
            baseline: baseline.as_ref().map(Json::new).transpose()?,
            periods: Json::new(&periods.collect())?,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// Any partner.
    fn is_editable_by(&self, _programme: &Standing, _own: OrganisationId) -> bool {
        true
    }
}
