//! What came in for a project without a donor link: subscriptions, a village's collection, cash by hand.

use diesel::prelude::*;
use uuid::Uuid;

use super::seen::Loaded;
use crate::db::Db;
use crate::db::schema::project_receipts;
use crate::http::decode::{At, Text};
use crate::http::problem::{Problem, Result};
use crate::items::{Item, Part, Rowed, Stamp};
use crate::projects::codes::ReceiptSource;
use crate::projects::store::receipts::Room;
use crate::text::LocalizedText;
use crate::types::given::{self, Columns, Mistake};
use crate::types::id::check_client_made;
use crate::types::{
    CalendarDate, Channel, DonorId, Instant, Json, Money, OrganisationId, ProjectId, Quantity, ReceiptId,
};
use crate::{body, part, view};

view! {
    /// What came in for a project without a donor link.
    pub struct Receipt {
        /// Its id.
        pub id: ReceiptId,
        /// Raised by every change.
        pub version: i64,
        /// For which project.
        pub project_id: ProjectId,
        /// How much money; null where it is a quantity.
        pub money: Option<Money>,
        /// How many units; null where it is money.
        pub quantity: Option<Quantity>,
        /// Of what.
        pub unit: Option<String>,
        /// What it is.
        pub description: Option<Json<LocalizedText>>,
        /// When it came.
        pub received_on: CalendarDate,
        /// By which way it came.
        pub channel: Option<Channel>,
        /// From whom it came.
        pub source: ReceiptSource,
        /// From which donor; null where it is none, and for who may not read the donors of the project's organisation.
        #[names = "donor"]
        pub donor_id: Option<DonorId>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = project_receipts, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ReceiptRow {
    pub id: ReceiptId,
    pub project_id: ProjectId,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub quantity_thousandths: Option<i64>,
    pub unit: Option<String>,
    pub description: Option<Json<LocalizedText>>,
    pub received_on: CalendarDate,
    pub channel: Option<Channel>,
    pub source: ReceiptSource,
    pub donor_id: Option<DonorId>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Rowed for Receipt {
    type Row = ReceiptRow;

    fn of_rows(_db: &mut Db, rows: Vec<ReceiptRow>) -> Result<Vec<Self>> {
        rows.into_iter().map(Self::of_row).collect()
    }

    fn row(&self) -> Result<ReceiptRow> {
        let given = Columns::of(self.money, self.quantity, self.unit.clone(), false);
        Ok(ReceiptRow {
            id: self.id,
            project_id: self.project_id,
            amount_minor: given.amount_minor,
            currency: given.currency,
            quantity_thousandths: given.quantity_thousandths,
            unit: given.unit,
            description: self.description.clone(),
            received_on: self.received_on,
            channel: self.channel,
            source: self.source,
            donor_id: self.donor_id,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

impl Receipt {
    fn of_row(row: ReceiptRow) -> Result<Self> {
        let given = Columns {
            amount_minor: row.amount_minor,
            currency: row.currency,
            quantity_thousandths: row.quantity_thousandths,
            unit: row.unit,
        };
        Ok(Self {
            id: row.id,
            version: row.version,
            project_id: row.project_id,
            money: given.money()?,
            quantity: given.quantity(),
            unit: given.unit,
            description: row.description,
            received_on: row.received_on,
            channel: row.channel,
            source: row.source,
            donor_id: row.donor_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

body! {
    /// Something that came in for a project, to be entered or changed.
    pub struct NewReceipt {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<ReceiptId>,
        /// How much money: this, or quantity, unit and description.
        pub money: Option<Money>,
        /// How many units.
        pub quantity: Option<Quantity>,
        /// Of what: sacks, blankets.
        pub unit: Option<Text<1, 50>>,
        /// What it is; required with a quantity.
        pub description: Option<LocalizedText>,
        /// When it came, not in the future; today by default.
        pub received_on: Option<CalendarDate>,
        /// By which way it came.
        pub channel: Option<Channel>,
        /// From whom it came: this, or `donor_id`, beside which it is `donor` or left out.
        pub source: Option<ReceiptSource>,
        /// From which donor of the own organisation; needs `donors:read`.
        pub donor_id: Option<DonorId>,
    }
    where check = client_made
}

fn client_made(new: &NewReceipt, at: &mut At<'_>) {
    check_client_made(new.id.map(ReceiptId::uuid), at);
}

impl NewReceipt {
    /// What does not go together in it: the member, the code, and in words.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let (unit, description) = (self.unit.is_some(), self.description.is_some());
        let mut found = given::mistakes_described(self.money, self.quantity, unit, description);
        match (self.source, self.donor_id) {
            (None, None) => found.push(("source", "required", "say from whom it came, or from which donor")),
            (Some(ReceiptSource::Donor), None) => {
                found.push(("donor_id", "required", "say which donor"));
            }
            (Some(source), Some(_)) if source != ReceiptSource::Donor => {
                found.push(("donor_id", "not-both", "what came from a donor has no other source"));
            }
            _ => {}
        }
        found
    }
}

impl Item for Receipt {
    type Parent = Loaded;
    type New = NewReceipt;
    const PART: Part = part!("receipts", "project.receipt", Some(5_000));
    const REPLACED: &'static [&'static str] = &["money"];

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewReceipt) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewReceipt, before: Option<&Self>, room: &Room, stamp: Stamp<ProjectId>) -> Result<Self> {
        let source = new.donor_id.map(|_| ReceiptSource::Donor).or(new.source);
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            project_id: stamp.parent,
            money: new.money,
            quantity: new.quantity,
            unit: new.unit.map(Text::into_inner),
            description: new.description.as_ref().map(Json::new).transpose()?,
            received_on: new.received_on.or(before.map(|before| before.received_on)).unwrap_or(room.today),
            channel: new.channel,
            source: source.ok_or_else(|| Problem::internal("a receipt was not checked"))?,
            donor_id: new.donor_id,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        Self { donor_id: None, ..self }
    }

    /// That a donor gave is told to the own organisation alone: it may be one that nobody else knows of.
    fn among(self, _told: &[OrganisationId]) -> Option<Self> {
        Some(self).filter(|receipt| receipt.source != ReceiptSource::Donor)
    }

    /// Whoever may edit any of a project's.
    fn is_editable_by(&self, project: &OrganisationId, own: OrganisationId) -> bool {
        *project == own
    }
}
