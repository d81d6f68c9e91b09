//! What is carried out in a programme: planned, then counted by its progress.

use diesel::prelude::*;
use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::programme_activities;
use crate::http::decode::At;
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::programmes::codes::{ActivityStatus, PopulationGroup};
use crate::programmes::rules::{Standing, carrying};
use crate::programmes::store::room::Room;
use crate::text::Name;
use crate::types::id::check_client_made;
use crate::types::{
    ActivityId, Beneficiaries, CalendarDate, CommunityId, Instant, Json, NewBeneficiaries, OrganisationId,
    Place, ProgrammeId, Sector,
};
use crate::{body, part, view};

view! {
    /// An activity of a programme.
    pub struct Activity {
        /// Its id.
        pub id: ActivityId,
        /// Raised by every change of the activity itself, not by its progress.
        pub version: i64,
        /// Of which programme.
        pub programme_id: ProgrammeId,
        /// What it is called.
        pub title: Json<Name>,
        /// In which field of work.
        pub sector: Sector,
        /// Which community it serves.
        pub community_id: Option<CommunityId>,
        /// Where it takes place.
        pub place: Option<Json<Place>>,
        /// Which partner carries it out.
        pub led_by_organisation_id: OrganisationId,
        /// Its first day.
        pub starts_on: Option<CalendarDate>,
        /// Its last day.
        pub ends_on: Option<CalendarDate>,
        /// How far it is.
        pub status: ActivityStatus,
        /// Whom it is to reach.
        pub target: Option<Json<Beneficiaries>>,
        /// Whom it reached: the sum of what its progress counts as `new_people`.
        pub reached: Beneficiaries,
        /// How often somebody was served: the sum of all that its progress counts.
        pub service_contacts: i64,
        /// For whom it is.
        pub population_group: Option<PopulationGroup>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_activities, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ActivityRow {
    pub id: ActivityId,
    pub programme_id: ProgrammeId,
    pub title: Json<Name>,
    pub sector: Sector,
    pub community_id: Option<CommunityId>,
    pub place: Option<Json<Place>>,
    pub led_by_organisation_id: OrganisationId,
    pub starts_on: Option<CalendarDate>,
    pub ends_on: Option<CalendarDate>,
    pub status: ActivityStatus,
    pub target: Option<Json<Beneficiaries>>,
    pub population_group: Option<PopulationGroup>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

body! {
    /// An activity to be added, or changed.
    pub struct NewActivity {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<ActivityId>,
        /// What it is called.
        pub title: Name,
        /// In which field of work.
        pub sector: Sector,
        /// Which community it serves.
        pub community_id: Option<CommunityId>,
        /// Where it takes place; replaced whole.
        pub place: Option<Place>,
        /// Which partner carries it out.
        pub led_by_organisation_id: OrganisationId,
        /// Its first day, in the programme's period.
        pub starts_on: Option<CalendarDate>,
        /// Its last day, in the programme's period and not before the first.
        pub ends_on: Option<CalendarDate>,
        /// How far it is; planned by default.
        pub status: Option<ActivityStatus>,
        /// Whom it is to reach.
        pub target: Option<NewBeneficiaries>,
        /// For whom it is.
        pub population_group: Option<PopulationGroup>,
    }
    where check = goes_together
}

fn goes_together(new: &NewActivity, at: &mut At<'_>) {
    check_client_made(new.id.map(ActivityId::uuid), at);
    if new.starts_on.zip(new.ends_on).is_some_and(|(first, last)| last < first) {
        at.member("ends_on", |at| at.report("out-of-range", "is before the first day"));
    }
}

impl Item for Activity {
    type Parent = Loaded;
    type New = NewActivity;
    const PART: Part = part!("activities", "programme.activity", Some(2_000));
    const REPLACED: &'static [&'static str] = &["place"];
    const DERIVED: &'static [&'static str] = &["reached", "service_contacts"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewActivity) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(
        new: NewActivity,
        before: Option<&Self>,
        _room: &Room,
        stamp: Stamp<ProgrammeId>,
    ) -> Result<Self> {
        let target = new.target.map(|target| Json::new(&Beneficiaries::from(target.sums()))).transpose()?;
        let nobody = || Beneficiaries::from(crate::types::beneficiaries::Sums::default());
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            programme_id: stamp.parent,
            title: Json::new(&new.title)?,
            sector: new.sector,
            community_id: new.community_id,
            place: new.place.as_ref().map(Json::new).transpose()?,
            led_by_organisation_id: new.led_by_organisation_id,
            starts_on: new.starts_on,
            ends_on: new.ends_on,
            status: new.status.unwrap_or(ActivityStatus::Planned),
            target,
            reached: before.map_or_else(nobody, |before| before.reached.clone()),
            service_contacts: before.map_or(0, |before| before.service_contacts),
            population_group: new.population_group,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    fn is_editable_by(&self, programme: &Standing, own: OrganisationId) -> bool {
        carrying::may_edit_activity(programme, own, self.led_by_organisation_id)
    }
}
