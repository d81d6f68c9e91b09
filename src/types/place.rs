//! Where something is: a named place in a country, its administrative units by P-code, its coordinates.

use serde::{Deserialize, Serialize};

pub use super::area::{Admin1Code, Admin2Code, Area, CountryCode, Latitude, Longitude};
use crate::body;
use crate::http::decode::{At, Components, Decode, Described, Value};
use crate::text::LocalizedText;

body! {
    /// A place. All but its name and country may be null.
    pub struct PlaceMembers {
        /// What it is called.
        pub name: LocalizedText,
        /// Its country.
        pub country: CountryCode,
        /// Its state.
        pub admin1_pcode: Option<Admin1Code>,
        /// Its locality, which must be in that state.
        pub admin2_pcode: Option<Admin2Code>,
        /// Degrees north; with the longitude or not at all. Shown to parties and partners only.
        pub latitude: Option<Latitude>,
        /// Degrees east; with the latitude or not at all. Shown to parties and partners only.
        pub longitude: Option<Longitude>,
    }
    where check = goes_together
}

fn goes_together(place: &PlaceMembers, at: &mut At<'_>) {
    place.area().check(at);
}

impl PlaceMembers {
    fn area(&self) -> Area {
        Area {
            country: self.country,
            admin1_pcode: self.admin1_pcode,
            admin2_pcode: self.admin2_pcode,
            latitude: self.latitude,
            longitude: self.longitude,
        }
    }
}

/// A place: its name and country, and as much more as is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What it is called.
    pub name: LocalizedText,
    /// Its country.
    pub country: CountryCode,
    /// Its state.
    pub admin1_pcode: Option<Admin1Code>,
    /// Its locality.
    pub admin2_pcode: Option<Admin2Code>,
    /// Degrees north.
    pub latitude: Option<Latitude>,
    /// Degrees east.
    pub longitude: Option<Longitude>,
}

impl Place {
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

    /// The place without its coordinates.
    pub fn without_coordinates(&self) -> Self {
        Self { latitude: None, longitude: None, ..self.clone() }
    }

    /// The place as those see it who are neither parties nor partners: it ends at its locality (or state, or
    /// country), whose name it bears; its own name and coordinates, which say more, are left out.
    pub fn beyond_admin2(&self) -> Self {
        let unit = self.area().unit_name();
        let name = unit.and_then(|unit| LocalizedText::of([("ar", unit.ar), ("en", unit.en)]));
        // Without a name of the unit (the embedded lists have one for each) the code itself stands in.
        let code = || LocalizedText::of([("en", self.country.as_str())]);
        Self { name: name.or_else(code).unwrap_or_else(|| self.name.clone()), ..self.without_coordinates() }
    }
}

impl From<PlaceMembers> for Place {
    fn from(members: PlaceMembers) -> Self {
        let Area { country, admin1_pcode, admin2_pcode, latitude, longitude } = members.area();
        Self { name: members.name, country, admin1_pcode, admin2_pcode, latitude, longitude }
    }
}

impl Decode for Place {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        PlaceMembers::decode(value, at).map(Self::from)
    }
}

impl utoipa::PartialSchema for Place {
    fn schema() -> Described {
        PlaceMembers::schema()
    }
}

impl utoipa::ToSchema for Place {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Place")
    }

    fn schemas(out: &mut Components) {
        PlaceMembers::schemas(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{decode, parse};

    fn place(body: &str) -> crate::Result<Place> {
        decode(&parse(body.as_bytes()).unwrap())
    }

    fn errors(body: &str) -> Vec<(String, &'static str)> {
        place(body)
            .unwrap_err()
            .field_errors()
            .iter()
            .map(|error| (error.pointer.clone(), error.code))
            .collect()
    }

    #[test]
    fn a_place_with_all_it_may_have() {
        let body = r#"{"name":{"ar":"دار الجمعية"},"country":"SD","admin1_pcode":"SD01","admin2_pcode":"SD01003","latitude":15.6,"longitude":32.5}"#;
        let known = place(body).unwrap();
        assert_eq!(serde_json::to_string(&known).unwrap(), body);
        assert_eq!(serde_json::from_str::<Place>(body).unwrap(), known);
        let outside = serde_json::to_string(&known.beyond_admin2()).unwrap();
        let expected = r#"{"name":{"ar":"بحري","en":"Bahri"},"country":"SD","admin1_pcode":"SD01","admin2_pcode":"SD01003","latitude":null,"longitude":null}"#;
        assert_eq!(outside, expected);
        assert_eq!(known.without_coordinates().name, known.name);
    }

    #[test]
    fn a_place_of_which_little_is_known() {
        let known = place(r#"{"name":{"ar":"الكسمبر"},"country":"SD","latitude":null}"#).unwrap();
        assert_eq!(known.area().state(), None);
        assert_eq!(known.beyond_admin2().name.get("ar"), Some("السودان"));
        let locality = place(r#"{"name":{"ar":"س"},"country":"SD","admin2_pcode":"SD01003"}"#).unwrap();
        assert_eq!(locality.area().state().map(Admin1Code::as_str), Some("SD01"));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let own = |code| vec![code];
        let at = |pointer: &str, code| (pointer.to_owned(), code);
        let with = |members: &str| errors(&format!(r#"{{"name":{{"ar":"س"}},"country":"SD",{members}}}"#));
        assert_eq!(with(r#""admin1_pcode":"SD99""#), own(at("/admin1_pcode", "unknown-pcode")));
        assert_eq!(
            with(r#""admin1_pcode":"SD02","admin2_pcode":"SD01003""#),
            own(at("/admin2_pcode", "outside-admin1"))
        );
        assert_eq!(with(r#""latitude":15.1"#), own(at("/longitude", "required")));
        assert_eq!(
            with(r#""latitude":91,"longitude":"32""#),
            [at("/latitude", "out-of-range"), at("/longitude", "wrong-type")]
        );
        assert_eq!(errors(r#"{"name":{"ar":"س"},"country":"sd"}"#), own(at("/country", "unknown-country")));
        assert_eq!(
            errors(r#"{"name":{"ar":"س"},"country":"EG","admin1_pcode":"SD01"}"#),
            own(at("/admin1_pcode", "wrong-country"))
        );
        assert_eq!(
            errors(r#"{"x":1}"#),
            [at("/x", "unknown-field"), at("/name", "required"), at("/country", "required")]
        );
    }
}
