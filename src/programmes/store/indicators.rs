//! Indicators: their rows, and what is checked of them.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::programme_indicators;
use crate::http::problem::Result;
use crate::items::{Around, Checked};
use crate::programmes::model::indicator::{Indicator, NewIndicator};
use crate::programmes::store::room::Room;
use crate::stored;
use crate::types::{Period, ProgrammeId};

stored!(
    Indicator, programme_indicators, below programme_id: ProgrammeId,
    all by (programme_indicators::created_at.asc(), programme_indicators::id.asc())
);

impl Checked for Indicator {
    fn check(
        new: &mut NewIndicator,
        before: Option<&Self>,
        room: &mut Room,
        _db: &mut Db,
        at: &str,
    ) -> Result<()> {
        // What stood before stays, though the programme's period was amended since.
        let stood = before.map(|before| before.periods.get()).transpose()?.unwrap_or_default();
        let stood = |period: Period| {
            stood.iter().any(|one| (one.starts_on, one.ends_on) == (period.starts_on, period.ends_on))
        };
        for (i, period) in new.periods.iter().enumerate().filter(|(_, period)| !stood(period.period())) {
            room.day_in_period(period.starts_on, format!("{at}/periods/{i}/starts_on"));
            room.day_in_period(period.ends_on, format!("{at}/periods/{i}/ends_on"));
        }
        Ok(())
    }
}

impl Around for Indicator {}
