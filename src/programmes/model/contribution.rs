//! What partners put into a programme: pledged by its giver, received when another confirms it.

use diesel::prelude::*;
use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::programme_contributions;
use crate::http::decode::{At, Text};
use crate::http::problem::{Problem, Result};
use crate::items::{Edit, Item, Part, Rowed, Stamp};
use crate::programmes::codes::{ContributionKind, ContributionStatus};
use crate::programmes::rules::{Standing, carrying};
use crate::programmes::store::room::Room;
use crate::text::LocalizedText;
use crate::types::given::{self, Columns, Mistake};
use crate::types::id::check_client_made;
use crate::types::{
    CalendarDate, Channel, ContributionId, DisbursementId, DonorId, DonorLinkId, Instant, Json, MemberId,
    Money, OrganisationId, ProgrammeId, Quantity,
};
use crate::visits::model::bodies::Version;
use crate::{body, part, view};

view! {
    /// Who did something, and for which organisation.
    pub struct ByMember {
        /// For which organisation.
        pub organisation_id: OrganisationId,
        /// Which of its members.
        pub member_id: MemberId,
    }
}

view! {
    /// What a partner puts into a programme. Once received it is never changed: a wrong one is taken back by another,
    /// whose `reverses` names it and whose amount is taken away.
    pub struct Contribution {
        /// Its id.
        pub id: ContributionId,
        /// Raised by every change.
        pub version: i64,
        /// To which programme.
        pub programme_id: ProgrammeId,
        /// Which partner gives it.
        pub organisation_id: OrganisationId,
        /// What is given.
        pub kind: ContributionKind,
        /// How much money; null where it is a quantity.
        pub money: Option<Money>,
        /// How many units; null where it is money.
        pub quantity: Option<Quantity>,
        /// Of what.
        pub unit: Option<String>,
        /// What it is.
        pub description: Option<Json<LocalizedText>>,
        /// By which way it comes.
        pub channel: Option<Channel>,
        /// The number of its receipt.
        pub receipt_number: Option<String>,
        /// How far it is.
        pub status: ContributionStatus,
        /// When it was promised.
        pub pledged_on: CalendarDate,
        /// When it arrived.
        pub received_on: Option<CalendarDate>,
        /// Who confirmed that it arrived, or took it back.
        pub confirmed_by: Option<ByMember>,
        /// When that was confirmed.
        pub confirmed_at: Option<Instant>,
        /// Which contribution it takes back.
        pub reverses: Option<ContributionId>,
        /// Which donor it comes from, where the partner brings it in through a donor link; null for who may not see that
        /// donor or the link.
        #[names = "donor"]
        pub donor_id: Option<DonorId>,
        /// Through which donor link; told to who shares that alone.
        pub donor_link_id: Option<DonorLinkId>,
        /// As which disbursement of that; told to the same.
        pub disbursement_id: Option<DisbursementId>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A row of the table: below zero where it takes another back, so that sums are right.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_contributions, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ContributionRow {
    pub id: ContributionId,
    pub programme_id: ProgrammeId,
    pub organisation_id: OrganisationId,
    pub kind: ContributionKind,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub quantity_thousandths: Option<i64>,
    pub unit: Option<String>,
    pub description: Option<Json<LocalizedText>>,
    pub channel: Option<Channel>,
    pub receipt_number: Option<String>,
    pub status: ContributionStatus,
    pub pledged_on: CalendarDate,
    pub received_on: Option<CalendarDate>,
    pub confirmed_by_organisation_id: Option<OrganisationId>,
    pub confirmed_by_member_id: Option<MemberId>,
    pub confirmed_at: Option<Instant>,
    pub reverses: Option<ContributionId>,
    pub donor_id: Option<DonorId>,
    pub donor_link_id: Option<DonorLinkId>,
    pub disbursement_id: Option<DisbursementId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Rowed for Contribution {
    type Row = ContributionRow;

    fn of_rows(_db: &mut crate::db::Db, rows: Vec<ContributionRow>) -> Result<Vec<Self>> {
        rows.into_iter().map(Self::of_row).collect()
    }

    fn row(&self) -> Result<ContributionRow> {
        let given = Columns::of(self.money, self.quantity, self.unit.clone(), self.reverses.is_some());
        Ok(ContributionRow {
            id: self.id,
            programme_id: self.programme_id,
            organisation_id: self.organisation_id,
            kind: self.kind,
            amount_minor: given.amount_minor,
            currency: given.currency,
            quantity_thousandths: given.quantity_thousandths,
            unit: given.unit,
            description: self.description.clone(),
            channel: self.channel,
            receipt_number: self.receipt_number.clone(),
            status: self.status,
            pledged_on: self.pledged_on,
            received_on: self.received_on,
            confirmed_by_organisation_id: self.confirmed_by.as_ref().map(|by| by.organisation_id),
            confirmed_by_member_id: self.confirmed_by.as_ref().map(|by| by.member_id),
            confirmed_at: self.confirmed_at,
            reverses: self.reverses,
            donor_id: self.donor_id,
            donor_link_id: self.donor_link_id,
            disbursement_id: self.disbursement_id,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

impl Contribution {
    fn of_row(row: ContributionRow) -> Result<Self> {
        let given = Columns {
            amount_minor: row.amount_minor,
            currency: row.currency,
            quantity_thousandths: row.quantity_thousandths,
            unit: row.unit,
        };
        let by = row.confirmed_by_organisation_id.zip(row.confirmed_by_member_id);
        Ok(Self {
            id: row.id,
            version: row.version,
            programme_id: row.programme_id,
            organisation_id: row.organisation_id,
            kind: row.kind,
            money: given.money()?,
            quantity: given.quantity(),
            unit: given.unit,
            description: row.description,
            channel: row.channel,
            receipt_number: row.receipt_number,
            status: row.status,
            pledged_on: row.pledged_on,
            received_on: row.received_on,
            confirmed_by: by.map(|(organisation_id, member_id)| ByMember { organisation_id, member_id }),
            confirmed_at: row.confirmed_at,
            reverses: row.reverses,
            donor_id: row.donor_id,
            donor_link_id: row.donor_link_id,
            disbursement_id: row.disbursement_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The number of a receipt.
pub type ReceiptNumber = Text<1, 100>;

body! {
    /// A contribution that the caller's organisation promises, or that one received was wrong.
    pub struct NewContribution {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<ContributionId>,
        /// What is given. It and all below but the description are left out where it takes another back.
        pub kind: Option<ContributionKind>,
        /// How much money: cash always; of other kinds this, or quantity and unit.
        pub money: Option<Money>,
        /// How many units.
        pub quantity: Option<Quantity>,
        /// Of what: sacks, hours.
        pub unit: Option<Text<1, 50>>,
        /// What it is.
        pub description: Option<LocalizedText>,
        /// By which way it comes.
        pub channel: Option<Channel>,
        /// The number of its receipt.
        pub receipt_number: Option<ReceiptNumber>,
        /// `pledged`, or in a change `cancelled`; received it is by `confirm`.
        pub status: Option<ContributionStatus>,
        /// When it was promised; today by default.
        pub pledged_on: Option<CalendarDate>,
        /// Which received contribution it takes back.
        pub reverses: Option<ContributionId>,
    }
    where check = client_made
}

fn client_made(new: &NewContribution, at: &mut At<'_>) {
    check_client_made(new.id.map(ContributionId::uuid), at);
}

impl NewContribution {
    /// What does not go together in what is given: the member, the code, and in words.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Vec::new();
        if self.kind.is_none() {
            found.push(("kind", "required", "is required"));
        }
        if self.kind == Some(ContributionKind::Cash) && self.money.is_none() {
            found.push(("money", "required", "cash is an amount of money"));
            return found;
        }
        found.extend(given::mistakes(self.money, self.quantity, self.unit.is_some()));
        found
    }

    /// The members that say what is given, and whether they are there.
    pub fn given(&self) -> [(&'static str, bool); 8] {
        [
            ("kind", self.kind.is_some()),
            ("money", self.money.is_some()),
            ("quantity", self.quantity.is_some()),
            ("unit", self.unit.is_some()),
            ("channel", self.channel.is_some()),
            ("receipt_number", self.receipt_number.is_some()),
            ("status", self.status.is_some()),
            ("pledged_on", self.pledged_on.is_some()),
        ]
    }
}

body! {
    /// That a contribution arrived.
    pub struct Confirm {
        /// The version of the contribution seen, where it is to be compared.
        pub version: Option<Version>,
        /// When it arrived; today by default, not in the future.
        pub received_on: Option<CalendarDate>,
        /// The number of its receipt.
        pub receipt_number: Option<ReceiptNumber>,
        /// By which way it came.
        pub channel: Option<Channel>,
    }
}

impl Item for Contribution {
    type Parent = Loaded;
    type New = NewContribution;
    const PART: Part = part!("contributions", "programme.contribution", Some(5_000));
    const REPLACED: &'static [&'static str] = &["money"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewContribution) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn adding(new: &NewContribution) -> Edit {
        if new.reverses.is_some() { Edit::Reversed } else { Edit::Added }
    }

    fn make(
        new: NewContribution,
        before: Option<&Self>,
        room: &Room,
        stamp: Stamp<ProgrammeId>,
    ) -> Result<Self> {
        let description = new.description.as_ref().map(Json::new).transpose()?;
        if let Some(reversed) = &room.reversed {
            return Ok(Self {
                id: stamp.id.into(),
                version: stamp.version,
                description,
                receipt_number: None,
                received_on: Some(room.today),
                confirmed_by: Some(ByMember { organisation_id: stamp.by, member_id: room.member }),
                confirmed_at: Some(stamp.created_at),
                reverses: Some(reversed.id),
                created_at: stamp.created_at,
                updated_at: stamp.updated_at,
                ..reversed.clone()
            });
        }
        let kind = new.kind.or(before.map(|before| before.kind));
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            programme_id: stamp.parent,
            organisation_id: before.map_or(stamp.by, |before| before.organisation_id),
            kind: kind.ok_or_else(|| Problem::internal("a contribution was not checked"))?,
            money: new.money,
            quantity: new.quantity,
            unit: new.unit.map(Text::into_inner),
            description,
            channel: new.channel,
            receipt_number: new.receipt_number.map(Text::into_inner),
            status: new.status.unwrap_or(before.map_or(ContributionStatus::Pledged, |before| before.status)),
            pledged_on: new.pledged_on.or(before.map(|before| before.pledged_on)).unwrap_or(room.today),
            received_on: before.and_then(|before| before.received_on),
            confirmed_by: before.and_then(|before| before.confirmed_by.clone()),
            confirmed_at: before.and_then(|before| before.confirmed_at),
            reverses: new.reverses,
            donor_id: None,
            donor_link_id: None,
            disbursement_id: None,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// Its giver; the lead where that is a partner no more. What comes from a donor is changed where it came.
    fn is_editable_by(&self, programme: &Standing, own: OrganisationId) -> bool {
        self.donor_id.is_none() && carrying::may_change_pledge(programme, own, self.organisation_id)
    }
}
