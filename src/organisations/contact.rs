//! How an organisation is reached: given in POST and PATCH, answered by `…/contact` alone, each way by
//! its own visibility.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::codes::ContactVisibility;
use super::rules::Eyes;
use crate::http::decode::{At, Components, Decode, Described, MultilineText, Object, Value, nullable};
use crate::types::{Email, Phone};
use crate::{body, view};

view! {
    /// The ways to reach an organisation that the caller may see.
    pub struct Contact {
        /// By e-mail.
        pub email: Option<ContactWay>,
        /// By telephone.
        pub phone: Option<ContactWay>,
        /// Where it sits.
        pub address: Option<ContactWay>,
    }
}

view! {
    /// One way to reach an organisation.
    pub struct ContactWay {
        /// The address or number.
        pub value: String,
        /// Who may see it.
        pub visibility: ContactVisibility,
    }
}

body! {
    /// How an organisation is reached.
    pub struct NewContact {
        /// By e-mail.
        pub email: Option<Way<Email>>,
        /// By telephone.
        pub phone: Option<Way<Phone>>,
        /// Where it sits.
        pub address: Option<Way<MultilineText<1, 500>>>,
    }
}

/// A way to reach an organisation as it is sent: {`value`, `visibility`}, or the bare value, which partners see.
#[derive(Debug, Clone)]
pub struct Way<T> {
    value: T,
    visibility: ContactVisibility,
}

impl<T: Decode> Decode for Way<T> {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        if let Value::String(_) = value {
            return Some(Self { value: T::decode(value, at)?, visibility: ContactVisibility::Partners });
        }
        let before = at.reported();
        let members = Object::of(value, &["value", "visibility"], at)?;
        let given: Option<T> = members.read("value", at);
        let visibility: Option<Option<ContactVisibility>> = members.read("visibility", at);
        let visibility = visibility?.unwrap_or(ContactVisibility::Partners);
        let way = Self { value: given?, visibility };
        (at.reported() == before).then_some(way)
    }

    fn in_place() -> Described {
        <Self as PartialSchema>::schema()
    }

    fn components(out: &mut Components) {
        T::components(out);
        ContactVisibility::components(out);
    }
}

impl<T: Decode> PartialSchema for Way<T> {
    fn schema() -> Described {
        let whole = ObjectBuilder::new()
            .property("value", T::in_place())
            .property("visibility", nullable(ContactVisibility::in_place()))
            .required("value")
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
        OneOfBuilder::new().item(whole).item(T::in_place()).into()
    }
}

impl<T: Decode> ToSchema for Way<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Way", T::name()).into()
    }

    fn schemas(out: &mut Components) {
        <Self as Decode>::components(out);
    }
}

/// As it is kept. What isn't known is absent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
pub struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<KeptWay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<KeptWay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<KeptWay>,
}

#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
struct KeptWay {
    value: String,
    visibility: ContactVisibility,
}

impl From<&NewContact> for Kept {
    fn from(new: &NewContact) -> Self {
        fn way<T>(way: Option<&Way<T>>, text: impl Fn(&T) -> &str) -> Option<KeptWay> {
            way.map(|way| KeptWay { value: text(&way.value).to_owned(), visibility: way.visibility })
        }
        Self {
            email: way(new.email.as_ref(), Email::as_str),
            phone: way(new.phone.as_ref(), Phone::as_str),
            address: way(new.address.as_ref(), MultilineText::as_str),
        }
    }
}

impl Kept {
    /// What these eyes see of it.
    pub fn seen_by(self, eyes: Eyes) -> Contact {
        let see = |way: Option<KeptWay>| {
            way.filter(|way| eyes.see(way.visibility))
                .map(|way| ContactWay { value: way.value, visibility: way.visibility })
        };
        Contact { email: see(self.email), phone: see(self.phone), address: see(self.address) }
    }
}

impl Contact {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.email.is_none() && self.phone.is_none() && self.address.is_none()
    }
}
