//! Lists: how long a page is, where it ends, and one list out of several.

use std::borrow::Cow;
use std::collections::{BinaryHeap, HashSet};

use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::cursor::{Cursor, CursorKey};
use super::decode::{Components, Described, reference};
use super::problem::{Problem, Result};

/// How many rows a page has at most.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Limit(u16);

impl Limit {
    pub const DEFAULT: Limit = Limit(50);
    pub const MAX: Limit = Limit(200);

    /// The value of the parameter `limit`: absent is the default, above the greatest is the greatest; below 1 or
    /// not a number is 400 `invalid-parameter`.
    pub fn parse(text: Option<&str>) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self::DEFAULT);
        };
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::parameter("limit", "wrong-type", "expected a whole number from 1 to 200"));
        }
        // More digits than fit are more rows than fit.
        let number = text.parse::<u64>().unwrap_or(u64::MAX).min(u64::from(Self::MAX.0));
        match u16::try_from(number) {
            Ok(number) if number > 0 => Ok(Self(number)),
            _ => Err(Problem::parameter("limit", "too-small", "must be 1 or more")),
        }
    }

    /// The number of rows.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// One more, by which a query learns whether there are further ones.
    pub fn plus_one(self) -> usize {
        self.get() + 1
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Page<T> {
    /// The rows, newest first.
    pub data: Vec<T>,
    /// Where the next page begins; null on the last.
    pub next_cursor: Option<String>,
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> Described {
        let cursor =
            Object::builder().schema_type(SchemaType::from_iter([Type::String, Type::Null])).description(
                Some("Where the next page begins, for the parameter `cursor`; null on the last page."),
            );
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("data", ArrayBuilder::new().items(reference(&T::name())))
            .property("next_cursor", cursor)
            .required("data")
            .required("next_cursor")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(out: &mut Components) {
        out.push((T::name().into_owned(), T::schema()));
        T::schemas(out);
    }
}

/// The rows of a page and where the next one begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cut<T> {
    pub data: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Cut<T> {
    /// The page, its cursor bound to its list.
    pub fn page(self, key: &CursorKey, binding: &[u8]) -> Page<T> {
        Page { data: self.data, next_cursor: self.next.map(|next| next.encode(key, binding)) }
    }

    /// The same with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Cut<U> {
        Cut { data: self.data.into_iter().map(f).collect(), next: self.next }
    }
}

/// Cuts rows that were asked for with one more than the limit.
pub fn cut<T>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> Cursor) -> Cut<T> {
    let more = rows.len() > limit.get();
    rows.truncate(limit.get());
    let next = rows.last().filter(|_| more).map(key);
    Cut { data: rows, next }
}

/// The newest `at_most` rows of several lists, each sorted newest first; a row in more than one comes once.
pub fn merge_newest<T>(lists: Vec<Vec<T>>, at_most: usize, key: impl Fn(&T) -> Cursor) -> Vec<T> {
    let mut lists: Vec<std::vec::IntoIter<T>> = lists.into_iter().map(Vec::into_iter).collect();
    let mut heads: BinaryHeap<(Cursor, usize)> = BinaryHeap::new();
    for (i, list) in lists.iter().enumerate() {
        heads.extend(list.as_slice().first().map(|row| (key(row), i)));
    }
    let mut taken: HashSet<Uuid> = HashSet::new();
    let mut rows = Vec::new();
    while rows.len() < at_most
        && let Some((place, i)) = heads.pop()
        && let Some(list) = lists.get_mut(i)
    {
        rows.extend(list.next().filter(|_| taken.insert(place.id)));
        heads.extend(list.as_slice().first().map(|row| (key(row), i)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits() {
        for (text, expected) in [
            (None, Some(50)),
            (Some("1"), Some(1)),
            (Some("200"), Some(200)),
            (Some("201"), Some(200)),
            (Some("99999999999999999999999"), Some(200)),
            (Some("007"), Some(7)),
            (Some("0"), None),
            (Some("-1"), None),
            (Some("+1"), None),
            (Some(""), None),
            (Some("1.5"), None),
            (Some("٣"), None),
        ] {
            assert_eq!(Limit::parse(text).ok().map(Limit::get), expected, "{text:?}");
        }
    }

    fn row(n: i64) -> Cursor {
        Cursor { created_at: n / 3, id: Uuid::from_u128(n as u128) }
    }

    #[test]
    fn a_page_ends_where_there_is_more() {
        let rows: Vec<Cursor> = (0..5).rev().map(row).collect();
        let limit = |n: &str| Limit::parse(Some(n)).unwrap();
        let page = cut(rows.clone(), limit("4"), |c| *c);
        assert_eq!((page.data.len(), page.next), (4, Some(row(1))));
        assert_eq!(cut(rows.clone(), limit("5"), |c| *c).next, None);
        let page = cut(rows, limit("1"), |c| *c).map(|c| c.created_at).page(&CursorKey::new(&[1; 16]), b"");
        assert!(page.next_cursor.is_some());
    }

    #[test]
    fn the_schema_names_the_rows() {
        assert_eq!(Page::<String>::name(), "StringPage");
        let schema = serde_json::to_value(Page::<String>::schema()).unwrap();
        assert_eq!(schema["properties"]["data"]["items"]["$ref"], "#/components/schemas/String");
    }

    proptest! {
        #[test]
        fn one_list_of_several(lists in prop::collection::vec(prop::collection::btree_set(0..40i64, 0..15), 0..5), at_most in 0..30usize) {
            let mut all: Vec<Cursor> = lists.iter().flatten().map(|n| row(*n)).collect();
            all.sort();
            all.dedup();
            all.reverse();
            all.truncate(at_most);
            let sorted = lists.iter().map(|list| list.iter().rev().map(|n| row(*n)).collect()).collect();
            prop_assert_eq!(merge_newest(sorted, at_most, |c| *c), all);
        }
    }
}
