//! Public types of donors, and a donor's row.

use diesel::prelude::*;

use super::codes::{DonorKind, DonorVisibility, Fits, MatchReason};
use super::contact::NewDonorContact;
use crate::access::Sight;
use crate::db::schema::donors;
use crate::http::cursor::Cursor;
use crate::http::decode::{At, List, no_twice};
use crate::http::problem::Result;
use crate::text::{LocalizedText, Name};
use crate::types::given::money_of;
use crate::types::id::check_client_made;
use crate::types::{DonorId, Instant, Json, Money, OrganisationId, Place, Sector};
use crate::{body, view};

view! {
    /// What a donor may support.
    pub struct Interests {
        /// In which fields of work.
        pub sectors: Json<Vec<Sector>>,
        /// Where; to others than its owner a place ends at its locality.
        pub places: Json<Vec<Place>>,
        /// What it gives at the least.
        pub minimum: Option<Money>,
        /// What it gives at the most, in the same currency.
        pub maximum: Option<Money>,
    }
}

view! {
    /// An outside body or person that may support. How it is reached is answered by `…/contact` alone.
    pub struct Donor {
        /// Its id.
        pub id: DonorId,
        /// Raised by every change, its contact's too.
        pub version: i64,
        /// The organisation that keeps the record, alone changes it and may introduce it to others.
        pub organisation_id: OrganisationId,
        /// What it is called; null only where the creation is answered once more of a donor that is gone since.
        pub name: Option<Name>,
        /// What it is.
        pub kind: DonorKind,
        /// What it may support.
        pub interests: Interests,
        /// Who may know of it.
        pub visibility: DonorVisibility,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl Donor {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

view! {
    /// Why a donor is named for a project.
    pub struct Reason {
        /// Which reason.
        pub reason: MatchReason,
        /// In words, in Arabic and English.
        pub text: LocalizedText,
    }
}

view! {
    /// A donor that may support a project.
    pub struct DonorMatch {
        /// The donor.
        pub donor: Donor,
        /// Why it is named, in words.
        pub reasons: Vec<Reason>,
        /// The fields of work that the project is in and the donor may support.
        pub shared_sectors: Vec<Sector>,
        /// The P-codes of those of the donor's places that lie in one of the project's, or in which one of these lies.
        pub shared_places: Vec<String>,
        /// What the project lacks; null where that is not known, or not the caller's to see.
        pub gap: Option<Money>,
        /// What the donor gives at the least.
        pub minimum: Option<Money>,
        /// What the donor gives at the most.
        pub maximum: Option<Money>,
        /// Whether what the project lacks is what the donor gives.
        pub fits: Fits,
    }
}

view! {
    /// Donors that may support a project, the best match first.
    pub struct DonorMatches {
        /// The donors: first those that agree with the project in most respects (fields of work, places, what it lacks),
        /// then by how many fields and how many places are shared, then the newest.
        pub data: Vec<DonorMatch>,
    }
}

body! {
    /// What a donor may support.
    pub struct NewInterests {
        /// In which fields of work.
        pub sectors: List<Sector, 0, 27>,
        /// Where: a donor is matched and found by the P-codes of these.
        pub places: List<Place, 0, 50>,
        /// What it gives at the least.
        pub minimum: Option<Money>,
        /// What it gives at the most: in the currency of `minimum`, and no less.
        pub maximum: Option<Money>,
    }
    where check = interests_go_together
}

body! {
    /// A donor to be entered.
    pub struct NewDonor {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<DonorId>,
        /// What it is called.
        pub name: Name,
        /// What it is.
        pub kind: DonorKind,
        /// What it may support.
        pub interests: Option<NewInterests>,
        /// How it is reached; answered by `…/contact` alone.
        pub contact: Option<NewDonorContact>,
        /// Who may know of it; its owner alone by default.
        pub visibility: Option<DonorVisibility>,
    }
    where check = new_goes_together
}

body! {
    /// What of a donor may be changed; its contact is changed at `…/contact`.
    pub struct DonorChanges {
        /// What it is called.
        pub name: Name,
        /// What it is.
        pub kind: DonorKind,
        /// What it may support; its amounts are replaced whole.
        pub interests: Option<NewInterests>,
        /// Who may know of it.
        pub visibility: DonorVisibility,
    }
}

fn new_goes_together(new: &NewDonor, at: &mut At<'_>) {
    check_client_made(new.id.map(DonorId::uuid), at);
}

fn interests_go_together(interests: &NewInterests, at: &mut At<'_>) {
    no_twice(&interests.sectors, "sectors", at);
    let (Some(minimum), Some(maximum)) = (interests.minimum, interests.maximum) else { return };
    if minimum.currency() != maximum.currency() {
        let detail = "must be in the currency of minimum";
        at.member("maximum", |at| at.member("currency", |at| at.report("other-currency", detail)));
    } else if maximum.minor() < minimum.minor() {
        at.member("maximum", |at| at.report("too-small", "must not be less than minimum"));
    }
}

impl NewDonor {
    /// What a donor holds, without what only its making asks.
    pub fn details(self) -> DonorChanges {
        DonorChanges {
            name: self.name,
            kind: self.kind,
            interests: self.interests,
            visibility: self.visibility.unwrap_or(DonorVisibility::Owner),
        }
    }
}

/// A donor as stored. It has either a name or a sealed one.
#[derive(Clone, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = donors)]
pub struct DonorRow {
    /// Its id.
    pub id: DonorId,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// What it is.
    pub kind: DonorKind,
    /// Who may know of it.
    pub visibility: DonorVisibility,
    /// The name of one that the network sees.
    pub name: Option<Json<Name>>,
    /// The name of any other.
    pub sealed_name: Option<Vec<u8>>,
    sectors: Json<Vec<Sector>>,
    places: Json<Vec<Place>>,
    minimum_minor: Option<i64>,
    maximum_minor: Option<i64>,
    range_currency: Option<String>,
    /// Its version.
    pub version: i64,
    /// When it was entered.
    pub created_at: Instant,
    updated_at: Instant,
}

impl DonorRow {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }

    /// What it gives at the least and at the most.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn range(&self) -> Result<[Option<Money>; 2]> {
        let currency = self.range_currency.as_deref();
        Ok([money_of(self.minimum_minor, currency)?, money_of(self.maximum_minor, currency)?])
    }

    /// As a caller sees it; its name is opened by who loads it.
    ///
    /// # Errors
    /// As [`DonorRow::range`].
    pub fn shown(&self, sight: &Sight, name: Name) -> Result<Donor> {
        let mut donor = self.whole(name)?;
        if !sight.sees_own(self.organisation_id) {
            let places = &mut donor.interests.places;
            *places = Json::new(&places.get()?.iter().map(Place::beyond_admin2).collect())?;
        }
        Ok(donor)
    }

    /// As its owner sees it.
    ///
    /// # Errors
    /// As [`DonorRow::range`].
    pub fn whole(&self, name: Name) -> Result<Donor> {
        let [minimum, maximum] = self.range()?;
        Ok(Donor {
            id: self.id,
            version: self.version,
            organisation_id: self.organisation_id,
            name: Some(name),
            kind: self.kind,
            interests: Interests {
                sectors: self.sectors.clone(),
                places: self.places.clone(),
                minimum,
                maximum,
            },
            visibility: self.visibility,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
