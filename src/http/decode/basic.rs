//! Booleans and whole numbers.

use serde::Serialize;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{At, Components, Decode, Described, Value};

impl Decode for bool {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::Bool(yes) => Some(*yes),
            other => {
                at.wrong_type("true or false", other);
                None
            }
        }
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(_: &mut Components) {}
}

/// A whole number from `MIN` to `MAX`.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize)]
#[serde(transparent)]
pub struct Int<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// The number itself.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> From<Int<MIN, MAX>> for i64 {
    fn from(number: Int<MIN, MAX>) -> i64 {
        number.0
    }
}

impl<const MIN: i64, const MAX: i64> Decode for Int<MIN, MAX> {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::Number(number) = value else {
            at.wrong_type("a whole number", value);
            return None;
        };
        let whole = match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole,
            // 3.0 is whole as well; what lies beyond i64 ends at its edge and so outside the bounds.
            (None, Some(float)) if float.fract() == 0.0 => float as i64,
            _ => {
                at.report("wrong-type", "expected a whole number, found a fraction");
                return None;
            }
        };
        if whole < MIN || number.as_f64().is_some_and(|float| float < MIN as f64) {
            at.report("too-small", format!("must be {MIN} or more"));
            return None;
        }
        // The edge of i64 is no float: rounded up, it is the first number that lies beyond.
        let beyond_i64 =
            number.as_i64().is_none() && number.as_f64().is_some_and(|float| float >= i64::MAX as f64);
        if whole > MAX || beyond_i64 {
            at.report("too-large", format!("must be {MAX} or less"));
            return None;
        }
        Some(Self(whole))
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(_: &mut Components) {}
}

impl<const MIN: i64, const MAX: i64> utoipa::PartialSchema for Int<MIN, MAX> {
    fn schema() -> Described {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(MIN as f64))
            .maximum(Some(MAX as f64))
            .into()
    }
}

impl<const MIN: i64, const MAX: i64> utoipa::ToSchema for Int<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Int{MIN}To{MAX}").replace('-', "Minus").into()
    }
}
