//! A column of JSON, kept as the text that it was stored as.

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::marker::PhantomData;

use crate::http::problem::{Problem, Result};

/// The JSON text of a `T`: written into answers verbatim, read into a `T` only when somebody asks.
#[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
#[diesel(sql_type = crate::db::sql_types::Jsonb)]
pub struct Json<T> {
    text: Box<RawValue>,
    meaning: PhantomData<fn() -> T>,
}

impl<T: Serialize> Json<T> {
    /// The text of a value; an internal problem should it have none.
    pub fn new(value: &T) -> Result<Self> {
        let text = serde_json::value::to_raw_value(value).map_err(Problem::internal)?;
        Ok(Self { text, meaning: PhantomData })
    }
}

impl<T: DeserializeOwned> Json<T> {
    /// The value; an internal problem when the stored text is not of its shape.
    pub fn get(&self) -> Result<T> {
        serde_json::from_str(self.text.get()).map_err(Problem::internal)
    }
}

impl<T> Json<T> {
    /// Takes stored text: checks that it is one JSON value (a broken row must not break an answer), not its shape.
    pub fn from_text(text: String) -> std::result::Result<Self, serde_json::Error> {
        Ok(Self { text: RawValue::from_string(text)?, meaning: PhantomData })
    }

    /// The same text, read as something else.
    pub fn cast<U>(self) -> Json<U> {
        Json { text: self.text, meaning: PhantomData }
    }

    /// The JSON text, as it is stored.
    pub fn as_text(&self) -> &str {
        self.text.get()
    }
}

impl<T> Clone for Json<T> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), meaning: PhantomData }
    }
}

impl<T> fmt::Debug for Json<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Json({})", self.as_text())
    }
}

/// Equal text; PostgreSQL rewrites what it stores, so compare values, not texts, across a round trip.
impl<T> PartialEq for Json<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_text() == other.as_text()
    }
}

impl<T> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_text_goes_out_as_it_is() {
        let stored = r#"{"b": 1,  "a":"نص"}"#;
        let json: Json<serde_json::Value> = Json::from_text(stored.to_owned()).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), stored);
        assert_eq!(json.get().unwrap()["a"], "نص");
        assert!(Json::<serde_json::Value>::from_text("{".to_owned()).is_err());
        assert!(Json::<serde_json::Value>::from_text("{} {}".to_owned()).is_err());
    }

    #[test]
    fn a_value_and_back() {
        let json = Json::new(&vec![1, 2]).unwrap();
        assert_eq!(json.as_text(), "[1,2]");
        assert_eq!(json.get().unwrap(), vec![1, 2]);
        let wrong: Json<Vec<String>> = Json::from_text("[1]".to_owned()).unwrap();
        assert!(wrong.get().is_err());
    }
}
