//! A programme as a whole: target against reached, what was given, its indicators.

use super::indicator::{Baseline, Indicator};
use crate::http::problem::Result;
use crate::programmes::codes::{ActivityStatus, Measure, ProgrammeState};
use crate::programmes::rules::measuring;
use crate::programmes::rules::summing::{Amounts, Counts};
use crate::text::Name;
use crate::types::beneficiaries::outsiders::LEAST;
use crate::types::{
    ActivityId, Beneficiaries, CommitmentId, CommunityId, IndicatorId, Json, Money, OrganisationId, Period,
    ProgrammeId, Sector,
};
use crate::view;

view! {
    /// Target against reached.
    pub struct ViewCounts {
        /// Whom it is to reach. Of activities that were called off nothing.
        pub target: Beneficiaries,
        /// Whom it reached: what progress counts as new people.
        pub reached: Beneficiaries,
        /// How often somebody was served: all that progress counts. Null where it is not shown.
        pub service_contacts: Option<i64>,
    }
}

view! {
    /// Of one community.
    pub struct CommunityCounts {
        /// Which; null for the activities that serve none by name.
        pub community_id: Option<CommunityId>,
        /// Target against reached.
        pub counts: ViewCounts,
    }
}

view! {
    /// Of one activity.
    pub struct ActivityCounts {
        /// Which.
        pub activity_id: ActivityId,
        /// What it is called.
        pub title: Json<Name>,
        /// In which field of work.
        pub sector: Sector,
        /// How far it is.
        pub status: ActivityStatus,
        /// Which community it serves; told to partners only.
        pub community_id: Option<CommunityId>,
        /// Target against reached.
        pub counts: ViewCounts,
    }
}

view! {
    /// Of one month.
    pub struct MonthCounts {
        /// Which, `YYYY-MM`: that in which the progress ended.
        pub month: String,
        /// Whom it reached.
        pub reached: Beneficiaries,
        /// How often somebody was served. Null where it is not shown.
        pub service_contacts: Option<i64>,
    }
}

view! {
    /// Money pledged and received in one currency.
    pub struct ViewAmounts {
        /// Promised and still to come.
        pub pledged: Money,
        /// What arrived, without what was taken back.
        pub received: Money,
    }
}

view! {
    /// What one partner pledged and gave.
    pub struct PartnerAmounts {
        /// Which.
        pub organisation_id: OrganisationId,
        /// Currency by currency.
        pub amounts: Vec<ViewAmounts>,
    }
}

view! {
    /// What came from donors through donor links in one month.
    pub struct DonorsAmounts {
        /// Which, `YYYY-MM`: that in which it came.
        pub month: String,
        /// How much, one amount for each currency; without what was taken back.
        pub received: Vec<Money>,
    }
}

view! {
    /// Money pledged and received; different currencies are never added together.
    pub struct ContributionSums {
        /// As a whole, currency by currency: of partners and donors.
        pub by_currency: Vec<ViewAmounts>,
        /// Partner by partner; without what a partner brings in from donors.
        pub by_partner: Vec<PartnerAmounts>,
        /// From donors, month by month, whoever they are; to others than partners nothing of it is told but the whole.
        pub from_donors: Vec<DonorsAmounts>,
    }
}

view! {
    /// An indicator: what it last came to, against what it was to be then.
    pub struct IndicatorSummary {
        /// Which.
        pub indicator_id: IndicatorId,
        /// What it is called.
        pub title: Json<Name>,
        /// What its values are.
        pub measure: Measure,
        /// Whether more is better.
        pub ascending: bool,
        /// Where it stood before.
        pub baseline: Option<Baseline>,
        /// Of when its last value is; null as long as there is none.
        pub period: Option<Period>,
        /// What it was to be then.
        pub target: Option<String>,
        /// What it came to.
        pub actual: Option<String>,
    }
}

view! {
    /// A programme as a whole, derived at each reading. Who is not a partner sees it without amounts, unless the
    /// terms open them to the network; without numbers of people under 5 and those that would give them away; of
    /// indicators numbers alone.
    pub struct Summary {
        /// Which programme.
        pub programme_id: ProgrammeId,
        /// Where it stands.
        pub state: ProgrammeState,
        /// From when until when.
        pub period: Period,
        /// What it is to cost, one amount for each currency; null where amounts are not shown.
        pub budget: Option<Json<Vec<Money>>>,
        /// The commitment that it came from; null for who may not see that.
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// Target against reached as a whole.
        pub overall: ViewCounts,
        /// The same by community.
        pub by_community: Vec<CommunityCounts>,
        /// The same by activity, in the order in which they were added.
        pub by_activity: Vec<ActivityCounts>,
        /// Reached month by month; only months in which progress ended.
        pub by_month: Vec<MonthCounts>,
        /// Money pledged and received; null where amounts are not shown.
        pub contributions: Option<ContributionSums>,
        /// The indicators, in the order in which they were added.
        pub indicators: Vec<IndicatorSummary>,
    }
}

impl From<Counts> for ViewCounts {
    fn from(counts: Counts) -> Self {
        let Counts { target, reached, service_contacts } = counts;
        Self { target, reached, service_contacts }
    }
}

impl From<Amounts> for ViewAmounts {
    fn from(Amounts { pledged, received }: Amounts) -> Self {
        Self { pledged, received }
    }
}

impl IndicatorSummary {
    /// What an indicator last came to.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn of(indicator: Indicator) -> Result<Self> {
        let mut periods = indicator.periods.get()?;
        periods.sort_by_key(|period| period.starts_on);
        let last = periods.into_iter().rev().find(|period| period.actual.is_some());
        let period = last.as_ref().map(|last| Period { starts_on: last.starts_on, ends_on: last.ends_on });
        let (target, actual) = last.map(|last| (last.target, last.actual)).unwrap_or_default();
        Ok(Self {
            indicator_id: indicator.id,
            title: indicator.title,
            measure: indicator.measure,
            ascending: indicator.ascending,
            baseline: indicator.baseline.as_ref().map(Json::get).transpose()?,
            period,
            target,
            actual,
        })
    }

    /// As those see it who are not partners: numbers, and of numbers of something none under [`LEAST`], since it may
    /// be people. Words may tell of anybody.
    #[must_use]
    pub fn for_outsiders(self) -> Self {
        let measure = self.measure;
        let fine = |value: &String| match measuring::number(measure, value) {
            Some((units, places)) => {
                measure != Measure::Unit || units >= LEAST.saturating_mul(10_i64.pow(places))
            }
            None => false,
        };
        Self {
            baseline: self.baseline.filter(|baseline| fine(&baseline.value)),
            target: self.target.filter(fine),
            actual: self.actual.filter(fine),
            ..self
        }
    }
}
