//! Lists with a least and a greatest number of items.

use std::ops::Deref;

use serde::Serialize;
use utoipa::openapi::schema::ArrayBuilder;

use super::{At, Components, Decode, Described, Value};

/// `MIN` to `MAX` items. Where none are needed an absent list is an empty one.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize)]
#[serde(transparent)]
pub struct List<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> List<T, MIN, MAX> {
    /// The items themselves.
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> Deref for List<T, MIN, MAX> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> From<List<T, MIN, MAX>> for Vec<T> {
    fn from(list: List<T, MIN, MAX>) -> Vec<T> {
        list.0
    }
}

impl<T, const MIN: usize, const MAX: usize> IntoIterator for List<T, MIN, MAX> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T, const MIN: usize, const MAX: usize> IntoIterator for &'a List<T, MIN, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Decode, const MIN: usize, const MAX: usize> Decode for List<T, MIN, MAX> {
    const REQUIRED: bool = MIN > 0;

    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::Array(items) = value else {
            at.wrong_type("an array", value);
            return None;
        };
        let count = items.len();
        if count > MAX {
            at.report("too-many", format!("has {count} items; {MAX} are taken"));
            return None;
        }
        if count < MIN {
            at.report("too-few", format!("needs {MIN} items or more"));
        }
        let decoded: Vec<Option<T>> =
            items.iter().enumerate().map(|(i, item)| at.index(i, |at| T::decode(item, at))).collect();
        let decoded = decoded.into_iter().collect::<Option<Vec<T>>>()?;
        (count >= MIN).then_some(Self(decoded))
    }

    fn absent(at: &mut At<'_>) -> Option<Self> {
        if MIN > 0 {
            at.report("required", "is required");
            return None;
        }
        Some(Self(Vec::new()))
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

impl<T: Decode, const MIN: usize, const MAX: usize> utoipa::PartialSchema for List<T, MIN, MAX> {
    fn schema() -> Described {
        ArrayBuilder::new()
            .items(T::in_place())
            .min_items((MIN > 0).then_some(MIN))
            .max_items(Some(MAX))
            .into()
    }
}

impl<T: Decode, const MIN: usize, const MAX: usize> utoipa::ToSchema for List<T, MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("ListOf{}{MIN}To{MAX}", T::name()).into()
    }

    fn schemas(out: &mut Components) {
        T::components(out);
    }
}

/// Reports what stands twice in the list that is the member of this name.
pub fn no_twice<T: Eq + std::hash::Hash>(list: &[T], name: &str, at: &mut At<'_>) {
    let mut seen = std::collections::HashSet::new();
    for (i, one) in list.iter().enumerate() {
        if !seen.insert(one) {
            at.member(name, |at| at.index(i, |at| at.report("duplicate-value", "stands here twice")));
        }
    }
}
