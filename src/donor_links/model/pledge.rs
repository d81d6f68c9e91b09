//! What a donor promises through a link.

use diesel::prelude::*;
use uuid::Uuid;

use super::seen::Loaded;
use crate::db::schema::donor_pledges;
use crate::donor_links::codes::PledgeStatus;
use crate::donor_links::rules::Standing;
use crate::donor_links::rules::counting::Measured;
use crate::donor_links::store::room::Room;
use crate::http::decode::{At, Text};
use crate::http::problem::{Problem, Result};
use crate::items::{Item, Part, Stamp};
use crate::text::LocalizedText;
use crate::types::given::{self, Columns, Mistake};
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, DonorLinkId, Instant, Json, Money, OrganisationId, PledgeId, Quantity};
use crate::visits::model::bodies::Version;
use crate::{body, part, view};

view! {
    /// What a donor promises through a link.
    pub struct Pledge {
        /// Its id.
        pub id: PledgeId,
        /// Raised by every change.
        pub version: i64,
        /// Through which link.
        pub donor_link_id: DonorLinkId,
        /// How far it is.
        pub status: PledgeStatus,
        /// How much money; null where it is a quantity.
        pub money: Option<Money>,
        /// How many units; null where it is money.
        pub quantity: Option<Quantity>,
        /// Of what; what counts against it is counted in these.
        pub unit: Option<String>,
        /// What it is.
        pub description: Option<Json<LocalizedText>>,
        /// When it was promised.
        pub pledged_on: CalendarDate,
        /// When it is to come.
        pub expected_on: Option<CalendarDate>,
        /// On which conditions.
        pub conditions: Option<Json<LocalizedText>>,
        /// How much of the money has come, as it is counted; null where it is a quantity.
        pub counted_money: Option<Money>,
        /// How many of the units have; null where it is money.
        pub counted_quantity: Option<Quantity>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = donor_pledges, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct PledgeRow {
    pub id: PledgeId,
    pub donor_link_id: DonorLinkId,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub quantity_thousandths: Option<i64>,
    pub unit: Option<String>,
    pub description: Option<Json<LocalizedText>>,
    pub pledged_on: CalendarDate,
    pub expected_on: Option<CalendarDate>,
    pub conditions: Option<Json<LocalizedText>>,
    pub status: PledgeStatus,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Pledge {
    /// Of a row, and what was counted against it.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn of_row(row: PledgeRow, counted: i64) -> Result<Self> {
        let given = Columns {
            amount_minor: row.amount_minor,
            currency: row.currency,
            quantity_thousandths: row.quantity_thousandths,
            unit: row.unit,
        };
        let (money, quantity) = (given.money()?, given.quantity());
        Ok(Self {
            id: row.id,
            version: row.version,
            donor_link_id: row.donor_link_id,
            status: row.status,
            money,
            quantity,
            unit: given.unit,
            description: row.description,
            pledged_on: row.pledged_on,
            expected_on: row.expected_on,
            conditions: row.conditions,
            counted_money: money.map(|money| Money::from_minor(money.currency(), counted)),
            counted_quantity: quantity.map(|_| Quantity::from_thousandths(counted)),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// As it is kept.
    pub fn to_row(&self) -> PledgeRow {
        let given = Columns::of(self.money, self.quantity, self.unit.clone(), false);
        PledgeRow {
            id: self.id,
            donor_link_id: self.donor_link_id,
            amount_minor: given.amount_minor,
            currency: given.currency,
            quantity_thousandths: given.quantity_thousandths,
            unit: given.unit,
            description: self.description.clone(),
            pledged_on: self.pledged_on,
            expected_on: self.expected_on,
            conditions: self.conditions.clone(),
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// What it is measured in.
    ///
    /// # Errors
    /// `internal` when it is neither money nor a quantity.
    pub fn measured(&self) -> Result<Measured> {
        match (self.money, self.quantity, &self.unit) {
            (Some(money), ..) => Ok(Measured::Money(money)),
            (None, Some(quantity), Some(unit)) => Ok(Measured::Goods(quantity, unit.clone())),
            _ => Err(Problem::internal("a pledge of nothing")),
        }
    }

    /// How much of it has come, in its minor units or thousandths.
    pub fn counted(&self) -> i64 {
        let money = self.counted_money.map(Money::minor);
        money.or(self.counted_quantity.map(Quantity::thousandths)).unwrap_or_default()
    }
}

body! {
    /// A promise of the donor's.
    pub struct NewPledge {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<PledgeId>,
        /// How much money: this, or quantity, unit and description.
        pub money: Option<Money>,
        /// How many units.
        pub quantity: Option<Quantity>,
        /// Of what: sacks, blankets.
        pub unit: Option<Text<1, 50>>,
        /// What it is; required with a quantity.
        pub description: Option<LocalizedText>,
        /// When it was promised; not in the future.
        pub pledged_on: CalendarDate,
        /// When it is to come.
        pub expected_on: Option<CalendarDate>,
        /// On which conditions.
        pub conditions: Option<LocalizedText>,
    }
    where check = client_made
}

fn client_made(new: &NewPledge, at: &mut At<'_>) {
    check_client_made(new.id.map(PledgeId::uuid), at);
}

impl NewPledge {
    /// What does not go together in what is given.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let (unit, description) = (self.unit.is_some(), self.description.is_some());
        given::mistakes_described(self.money, self.quantity, unit, description)
    }
}

body! {
    /// That no more of a pledge is to come.
    pub struct CancelPledge {
        /// The version of the pledge seen, where it is to be compared.
        pub version: Option<Version>,
    }
}

impl Item for Pledge {
    type Parent = Loaded;
    type New = NewPledge;
    const PART: Part = part!("pledges", "donor_link.pledge", Some(200));
    const PROGRESS: &'static [&'static str] = &["expected_on", "conditions"];
    const REPLACED: &'static [&'static str] = &["money"];
    const DERIVED: &'static [&'static str] = &["counted_money", "counted_quantity"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewPledge) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewPledge, before: Option<&Self>, _room: &Room, stamp: Stamp<DonorLinkId>) -> Result<Self> {
        let counted = before.map(Self::counted).unwrap_or_default();
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            donor_link_id: stamp.parent,
            status: before.map_or(PledgeStatus::Open, |before| before.status),
            money: new.money,
            quantity: new.quantity,
            unit: new.unit.map(Text::into_inner),
            description: new.description.as_ref().map(Json::new).transpose()?,
            pledged_on: new.pledged_on,
            expected_on: new.expected_on,
            conditions: new.conditions.as_ref().map(Json::new).transpose()?,
            counted_money: new.money.map(|money| Money::from_minor(money.currency(), counted)),
            counted_quantity: new.quantity.map(|_| Quantity::from_thousandths(counted)),
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// Both may.
    fn is_editable_by(&self, _link: &Standing, _own: OrganisationId) -> bool {
        true
    }
}
