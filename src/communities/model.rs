//! Public types of communities.

use crate::db::schema::communities;
use crate::http::cursor::Cursor;
use crate::http::decode::{At, List};
use crate::text::Name;
use crate::types::area::{Admin1Code, Admin2Code, Area, CountryCode, Latitude, Longitude};
use crate::types::{CommunityId, Instant, Json, OrganisationId};
use crate::{body, view};

view! {
    /// A village, quarter or camp that organisations serve.
    pub struct Community in communities {
        /// Its id.
        pub id: CommunityId,
        /// Raised by every change.
        pub version: i64,
        /// What it is called.
        pub name: Json<Name>,
        /// What else it is called.
        pub other_names: Json<Vec<Name>>,
        /// Its country, two letters of ISO 3166-1.
        pub country: String,
        /// Its state's P-code.
        pub admin1_pcode: Option<String>,
        /// Its locality's P-code.
        pub admin2_pcode: Option<String>,
        /// Degrees north.
        pub latitude: Option<f64>,
        /// Degrees east.
        pub longitude: Option<f64>,
        /// The organisation that added it.
        pub created_by_organisation_id: Option<OrganisationId>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl Community {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

body! {
    /// A community to be added.
    pub struct NewCommunity {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<CommunityId>,
        /// What it is called.
        pub name: Name,
        /// What else it is called.
        pub other_names: List<Name, 0, 20>,
        /// Its country.
        pub country: CountryCode,
        /// Its state.
        pub admin1_pcode: Option<Admin1Code>,
        /// Its locality, which must be in that state.
        pub admin2_pcode: Option<Admin2Code>,
        /// Degrees north; with the longitude or not at all.
        pub latitude: Option<Latitude>,
        /// Degrees east; with the latitude or not at all.
        pub longitude: Option<Longitude>,
        /// Add it though one of the same name may be there already.
        pub confirm_new: Option<bool>,
    }
    where check = new_goes_together
}

body! {
    /// What of a community may be changed.
    pub struct CommunityChanges {
        /// What it is called.
        pub name: Name,
        /// What else it is called.
        pub other_names: List<Name, 0, 20>,
        /// Its country.
        pub country: CountryCode,
        /// Its state.
        pub admin1_pcode: Option<Admin1Code>,
        /// Its locality, which must be in that state.
        pub admin2_pcode: Option<Admin2Code>,
        /// Degrees north; with the longitude or not at all.
        pub latitude: Option<Latitude>,
        /// Degrees east; with the latitude or not at all.
        pub longitude: Option<Longitude>,
    }
    where check = changes_go_together
}

fn new_goes_together(new: &NewCommunity, at: &mut At<'_>) {
    crate::types::id::check_client_made(new.id.map(CommunityId::uuid), at);
    new.clone().details().area().check(at);
}

fn changes_go_together(changes: &CommunityChanges, at: &mut At<'_>) {
    changes.area().check(at);
}

impl NewCommunity {
    /// What a community holds, without what only its making asks.
    pub fn details(self) -> CommunityChanges {
        CommunityChanges {
            name: self.name,
            other_names: self.other_names,
            country: self.country,
            admin1_pcode: self.admin1_pcode,
            admin2_pcode: self.admin2_pcode,
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }
}

impl CommunityChanges {
    /// Where it lies.
    pub fn area(&self) -> Area {
        Area {
            country: self.country,
            admin1_pcode: self.admin1_pcode,
            admin2_pcode: self.admin2_pcode,
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }

    /// The narrowest P-code known, else empty.
    pub fn pcode(&self) -> &str {
        self.area().pcode().unwrap_or_default()
    }
}
