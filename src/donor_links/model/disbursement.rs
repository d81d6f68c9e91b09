//! What came through a link.

use diesel::prelude::*;
use uuid::Uuid;

use super::rate::{NewRate, Rate};
use super::seen::Loaded;
use crate::db::schema::donor_disbursements;
use crate::donor_links::rules::Standing;
use crate::donor_links::rules::counting::Came;
use crate::donor_links::store::room::Room;
use crate::http::decode::{At, List, Text};
use crate::http::problem::Result;
use crate::items::{Edit, Item, Part, Stamp};
use crate::programmes::model::contribution::ReceiptNumber;
use crate::text::LocalizedText;
use crate::types::given::{self, Columns, Mistake, money_of};
use crate::types::id::check_client_made;
use crate::types::{
    CalendarDate, Channel, DisbursementId, DonorLinkId, Instant, Json, MemberId, Money, OrganisationId,
    PledgeId, Quantity,
};
use crate::visits::model::bodies::Version;
use crate::{body, part, view};

view! {
    /// What came through a link. It is never changed: a wrong one is taken back by another, whose `reverses` names it and
    /// whose numbers are taken away.
    pub struct Disbursement {
        /// Its id.
        pub id: DisbursementId,
        /// 1; 2 once it is acknowledged.
        pub version: i64,
        /// Through which link.
        pub donor_link_id: DonorLinkId,
        /// Against which pledge it counts.
        pub pledge_id: Option<PledgeId>,
        /// How much money; null where it is a quantity.
        pub money: Option<Money>,
        /// How many units; null where it is money.
        pub quantity: Option<Quantity>,
        /// Of what.
        pub unit: Option<String>,
        /// What it is; of one that takes another back, why.
        pub description: Option<Json<LocalizedText>>,
        /// When it came.
        pub received_on: CalendarDate,
        /// By which way.
        pub channel: Option<Channel>,
        /// Who handed it over.
        pub handed_over_by: Option<String>,
        /// Which member of the beneficiary took it.
        pub received_by_member_id: Option<MemberId>,
        /// Which of its members saw that.
        pub witness_member_ids: Json<Vec<MemberId>>,
        /// The number of its receipt.
        pub receipt_number: Option<String>,
        /// What was lost on the way: fees.
        pub charges: Option<Money>,
        /// What it counts as in the pledge's currency, where it came in another or in goods.
        pub counts_as: Option<Money>,
        /// At what rate.
        pub rate: Option<Json<Rate>>,
        /// Whether it may be more than was pledged.
        pub surplus: bool,
        /// When the organisation whose donor it is acknowledged it.
        pub acknowledged_at: Option<Instant>,
        /// Which of its members did.
        pub acknowledged_by_member_id: Option<MemberId>,
        /// Which member of the beneficiary recorded it.
        pub recorded_by_member_id: MemberId,
        /// Which it takes back.
        pub reverses: Option<DisbursementId>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A row of the table: below zero where it takes another back, so that sums are right.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = donor_disbursements, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct DisbursementRow {
    pub id: DisbursementId,
    pub donor_link_id: DonorLinkId,
    pub pledge_id: Option<PledgeId>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub quantity_thousandths: Option<i64>,
    pub unit: Option<String>,
    pub description: Option<Json<LocalizedText>>,
    /// What it counts for against its pledge.
    pub counted: Option<i64>,
    pub received_on: CalendarDate,
    pub channel: Option<Channel>,
    pub handed_over_by: Option<String>,
    pub received_by_member_id: Option<MemberId>,
    pub witness_member_ids: Json<Vec<MemberId>>,
    pub receipt_number: Option<String>,
    pub charges_minor: Option<i64>,
    pub charges_currency: Option<String>,
    pub counts_as_minor: Option<i64>,
    pub counts_as_currency: Option<String>,
    pub rate: Option<Json<Rate>>,
    pub surplus: bool,
    pub acknowledged_at: Option<Instant>,
    pub acknowledged_by_member_id: Option<MemberId>,
    pub recorded_by_member_id: MemberId,
    pub reverses: Option<DisbursementId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Disbursement {
    /// Of a row.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn of_row(row: DisbursementRow) -> Result<Self> {
        let given = Columns {
            amount_minor: row.amount_minor,
            currency: row.currency,
            quantity_thousandths: row.quantity_thousandths,
            unit: row.unit,
        };
        let beside = |minor: Option<i64>, currency: Option<String>| {
            money_of(minor.map(i64::saturating_abs), currency.as_deref())
        };
        Ok(Self {
            id: row.id,
            version: row.version,
            donor_link_id: row.donor_link_id,
            pledge_id: row.pledge_id,
            money: given.money()?,
            quantity: given.quantity(),
            unit: given.unit,
            description: row.description,
            received_on: row.received_on,
            channel: row.channel,
            handed_over_by: row.handed_over_by,
            received_by_member_id: row.received_by_member_id,
            witness_member_ids: row.witness_member_ids,
            receipt_number: row.receipt_number,
            charges: beside(row.charges_minor, row.charges_currency)?,
            counts_as: beside(row.counts_as_minor, row.counts_as_currency)?,
            rate: row.rate,
            surplus: row.surplus,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by_member_id: row.acknowledged_by_member_id,
            recorded_by_member_id: row.recorded_by_member_id,
            reverses: row.reverses,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// As it is kept.
    pub fn to_row(&self) -> DisbursementRow {
        let reversed = self.reverses.is_some();
        let given = Columns::of(self.money, self.quantity, self.unit.clone(), reversed);
        let beside = |money: Option<Money>| Columns::of(money, None, None, reversed);
        let (charges, counts_as) = (beside(self.charges), beside(self.counts_as));
        DisbursementRow {
            id: self.id,
            donor_link_id: self.donor_link_id,
            pledge_id: self.pledge_id,
            counted: self.counted(),
            amount_minor: given.amount_minor,
            currency: given.currency,
            quantity_thousandths: given.quantity_thousandths,
            unit: given.unit,
            description: self.description.clone(),
            received_on: self.received_on,
            channel: self.channel,
            handed_over_by: self.handed_over_by.clone(),
            received_by_member_id: self.received_by_member_id,
            witness_member_ids: self.witness_member_ids.clone(),
            receipt_number: self.receipt_number.clone(),
            charges_minor: charges.amount_minor,
            charges_currency: charges.currency,
            counts_as_minor: counts_as.amount_minor,
            counts_as_currency: counts_as.currency,
            rate: self.rate.clone(),
            surplus: self.surplus,
            acknowledged_at: self.acknowledged_at,
            acknowledged_by_member_id: self.acknowledged_by_member_id,
            recorded_by_member_id: self.recorded_by_member_id,
            reverses: self.reverses,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// What it counts for against its pledge, in minor units or thousandths: below zero where it takes another back.
    /// That all of it goes together was checked when it was made.
    pub fn counted(&self) -> Option<i64> {
        self.pledge_id?;
        let units = self.counts_as.or(self.money).map(Money::minor);
        let units = units.or(self.quantity.map(Quantity::thousandths))?;
        Some(if self.reverses.is_some() { -units } else { units })
    }
}

body! {
    /// What came through the link, or that what was recorded is wrong.
    pub struct NewDisbursement {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<DisbursementId>,
        /// Against which pledge it counts. It and all below but the description are left out where it takes another back.
        pub pledge_id: Option<PledgeId>,
        /// How much money: this, or quantity, unit and description.
        pub money: Option<Money>,
        /// How many units.
        pub quantity: Option<Quantity>,
        /// Of what: sacks, blankets.
        pub unit: Option<Text<1, 50>>,
        /// What it is; required with a quantity. Of one that takes another back, why.
        pub description: Option<LocalizedText>,
        /// When it came; required, and not in the future.
        pub received_on: Option<CalendarDate>,
        /// By which way.
        pub channel: Option<Channel>,
        /// Who handed it over, in plain words.
        pub handed_over_by: Option<Text<1, 200>>,
        /// Which member of the beneficiary took it; required from hand to hand.
        pub received_by_member_id: Option<MemberId>,
        /// Which of its members saw that; from hand to hand at least one who did not take it.
        pub witness_member_ids: List<MemberId, 0, 10>,
        /// The number of its receipt.
        pub receipt_number: Option<ReceiptNumber>,
        /// What was lost on the way: fees.
        pub charges: Option<Money>,
        /// What it counts as in the pledge's currency: where it came in another or in goods, and only there.
        pub counts_as: Option<Money>,
        /// At what rate, where the currencies differ.
        pub rate: Option<NewRate>,
        /// Whether it may be more than what is left of the pledge.
        pub surplus: Option<bool>,
        /// Which one it takes back.
        pub reverses: Option<DisbursementId>,
    }
    where check = goes_together
}

fn goes_together(new: &NewDisbursement, at: &mut At<'_>) {
    check_client_made(new.id.map(DisbursementId::uuid), at);
    crate::http::decode::no_twice(&new.witness_member_ids, "witness_member_ids", at);
}

impl NewDisbursement {
    /// What does not go together in what is given.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let (unit, description) = (self.unit.is_some(), self.description.is_some());
        given::mistakes_described(self.money, self.quantity, unit, description)
    }

    /// As far as counting asks.
    pub fn came(&self) -> Came {
        Came {
            money: self.money,
            quantity: self.quantity,
            unit: self.unit.as_ref().map(|unit| unit.as_str().to_owned()),
            counts_as: self.counts_as,
            rate: self.rate.is_some(),
            surplus: self.surplus == Some(true),
        }
    }

    /// The members that say what came, and whether they are there.
    pub fn given(&self) -> [(&'static str, bool); 14] {
        [
            ("pledge_id", self.pledge_id.is_some()),
            ("money", self.money.is_some()),
            ("quantity", self.quantity.is_some()),
            ("unit", self.unit.is_some()),
            ("received_on", self.received_on.is_some()),
            ("channel", self.channel.is_some()),
            ("handed_over_by", self.handed_over_by.is_some()),
            ("received_by_member_id", self.received_by_member_id.is_some()),
            ("witness_member_ids", !self.witness_member_ids.is_empty()),
            ("receipt_number", self.receipt_number.is_some()),
            ("charges", self.charges.is_some()),
            ("counts_as", self.counts_as.is_some()),
            ("rate", self.rate.is_some()),
            ("surplus", self.surplus.is_some()),
        ]
    }
}

body! {
    /// That the organisation whose donor it is knows of what came.
    pub struct Acknowledge {
        /// The version of the disbursement seen, where it is to be compared.
        pub version: Option<Version>,
    }
}

impl Item for Disbursement {
    type Parent = Loaded;
    type New = NewDisbursement;
    const PART: Part = part!("disbursements", "donor_link.disbursement", Some(2_000));
    const NAMED_ONLY: &'static [&'static str] = &["handed_over_by"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewDisbursement) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn adding(new: &NewDisbursement) -> Edit {
        if new.reverses.is_some() { Edit::Reversed } else { Edit::Added }
    }

    fn make(
        new: NewDisbursement,
        _before: Option<&Self>,
        room: &Room,
        stamp: Stamp<DonorLinkId>,
    ) -> Result<Self> {
        let description = new.description.as_ref().map(Json::new).transpose()?;
        if let Some(reversed) = &room.reversed {
            return Ok(Self {
                id: stamp.id.into(),
                version: stamp.version,
                description,
                acknowledged_at: None,
                acknowledged_by_member_id: None,
                recorded_by_member_id: room.member,
                reverses: Some(reversed.id),
                created_at: stamp.created_at,
                updated_at: stamp.updated_at,
                ..reversed.clone()
            });
        }
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            donor_link_id: stamp.parent,
            pledge_id: new.pledge_id,
            money: new.money,
            quantity: new.quantity,
            unit: new.unit.map(Text::into_inner),
            description,
            received_on: new.received_on.unwrap_or(room.today),
            channel: new.channel,
            handed_over_by: new.handed_over_by.map(Text::into_inner),
            received_by_member_id: new.received_by_member_id,
            witness_member_ids: Json::new(&new.witness_member_ids.into_inner())?,
            receipt_number: new.receipt_number.map(Text::into_inner),
            charges: new.charges,
            counts_as: new.counts_as,
            rate: new.rate.as_ref().map(|rate| Json::new(&Rate::from(rate))).transpose()?,
            surplus: new.surplus.unwrap_or(false),
            acknowledged_at: None,
            acknowledged_by_member_id: None,
            recorded_by_member_id: room.member,
            reverses: None,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// It is taken back, and not changed.
    fn is_editable_by(&self, _link: &Standing, _own: OrganisationId) -> bool {
        false
    }
}
