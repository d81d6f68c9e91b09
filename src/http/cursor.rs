//! Where a list goes on: an opaque, authenticated position, bound to the list that it came from.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::problem::{Code, FieldError, Problem, Result};
use crate::types::CalendarDate;

/// How much of the HMAC is kept.
const TAG_BYTES: usize = 16;
/// Instant and id.
const PAYLOAD_BYTES: usize = 24;

/// Days from 1970 to 2000.
const DAYS_TO_2000: i64 = 10_957;

/// The parameters that a cursor is not bound to.
const UNBOUND: &[&str] = &["limit", "cursor"];

/// What cursors are authenticated with; the same on every node.
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// A key from at least 16 secret bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    fn tag(&self, payload: &[u8], binding: &[u8]) -> hmac::Tag {
        // The payload has a fixed length, so where the binding begins is not in doubt.
        let mut context = hmac::Context::with_key(&self.0);
        context.update(payload);
        context.update(binding);
        context.sign()
    }
}

/// The place of a row in a list that goes by instant, then id.
#[derive(Copy, Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Cursor {
    /// When the row was made, in microseconds since 1970; in a list by day, the beginning of the day.
    pub created_at: i64,
    /// The row's id.
    pub id: Uuid,
}

impl Cursor {
    /// The place of a row in a list that goes by day, then id.
    pub fn of_day(day: CalendarDate, id: Uuid) -> Self {
        let days = i64::from(day.days_since_2000()) + DAYS_TO_2000;
        Self { created_at: days * 86_400_000_000, id }
    }

    /// The cursor as the client gets it.
    pub fn encode(&self, key: &CursorKey, binding: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(PAYLOAD_BYTES + TAG_BYTES);
        bytes.extend_from_slice(&self.created_at.to_be_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        let tag = key.tag(&bytes, binding);
        bytes.extend(tag.as_ref().iter().take(TAG_BYTES));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor that the client sent; 400 `invalid-cursor` unless it is one of ours for the same list.
    pub fn decode(text: &str, key: &CursorKey, binding: &[u8]) -> Result<Self> {
        Self::verified(text, key, binding).ok_or_else(|| {
            let detail = "is no `next_cursor` of this list with these filters";
            let error = FieldError::new("cursor", "invalid-value", detail);
            Problem::new(Code::InvalidCursor).with_errors(vec![error])
        })
    }

    fn verified(text: &str, key: &CursorKey, binding: &[u8]) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (payload, tag) = bytes.split_at_checked(PAYLOAD_BYTES)?;
        let expected = key.tag(payload, binding);
        constant_time::verify_slices_are_equal(expected.as_ref().get(..TAG_BYTES)?, tag).ok()?;
        let (created_at, id) = payload.split_at_checked(8)?;
        Some(Self {
            created_at: i64::from_be_bytes(created_at.try_into().ok()?),
            id: Uuid::from_slice(id).ok()?,
        })
    }
}

/// What a cursor is bound to: the route and the filters, whatever their order, but not `limit` and `cursor`.
pub fn binding<'q>(route: &str, parameters: impl IntoIterator<Item = (&'q str, &'q str)>) -> Vec<u8> {
    let mut filters: Vec<(&str, &str)> =
        parameters.into_iter().filter(|(name, _)| !UNBOUND.contains(name)).collect();
    filters.sort_unstable();
    filters.dedup();
    let mut bytes = Vec::new();
    for part in std::iter::once(route).chain(filters.into_iter().flat_map(|(name, value)| [name, value])) {
        // Each part with its length, so that no two lists of parts run into the same bytes.
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> CursorKey {
        CursorKey::new(&[7; 32])
    }

    #[test]
    fn bound_to_route_and_filters_not_to_their_order_or_the_limit() {
        let list = |pairs: &[(&'static str, &'static str)]| binding("/v1/visits", pairs.iter().copied());
        let bound = list(&[("state", "held"), ("topic", "media"), ("limit", "5")]);
        assert_eq!(bound, list(&[("topic", "media"), ("state", "held"), ("limit", "9"), ("cursor", "x")]));
        assert_ne!(bound, list(&[("state", "held")]));
        assert_ne!(list(&[("a", "bc")]), list(&[("ab", "c")]));
        assert_ne!(binding("/v1/visits", []), binding("/v1/projects", []));
        let text = Cursor { created_at: 5, id: Uuid::nil() }.encode(&key(), &bound);
        assert!(Cursor::decode(&text, &key(), &bound).is_ok());
        let problem = Cursor::decode(&text, &key(), &list(&[])).unwrap_err();
        assert_eq!(problem.code(), Code::InvalidCursor);
        assert!(Cursor::decode(&text, &CursorKey::new(&[8; 32]), &bound).is_err());
    }

    #[test]
    fn a_day_is_its_beginning() {
        let at = |date: &str| Cursor::of_day(date.parse().unwrap(), Uuid::nil());
        let micros = |instant: &str| instant.parse::<crate::types::Instant>().unwrap().micros();
        assert_eq!(at("2025-07-04").created_at, micros("2025-07-04T00:00:00Z"));
        assert_eq!(at("1969-12-31").created_at, micros("1969-12-31T00:00:00Z"));
        assert!(at("2025-07-04") < Cursor::of_day("2025-07-04".parse().unwrap(), Uuid::max()));
    }

    proptest! {
        #[test]
        fn comes_back_as_it_went(created_at: i64, id: u128, bound: Vec<u8>) {
            let cursor = Cursor { created_at, id: Uuid::from_u128(id) };
            prop_assert_eq!(Cursor::decode(&cursor.encode(&key(), &bound), &key(), &bound).unwrap(), cursor);
        }

        #[test]
        fn any_altered_character_is_refused(created_at: i64, id: u128, place: prop::sample::Index, with in "[A-Za-z0-9_=+/-]") {
            let text = Cursor { created_at, id: Uuid::from_u128(id) }.encode(&key(), b"list");
            let at = place.index(text.len());
            prop_assume!(!text[at..].starts_with(&with));
            let mut altered = text.clone();
            altered.replace_range(at..=at, &with);
            prop_assert!(Cursor::decode(&altered, &key(), b"list").is_err());
            prop_assert!(Cursor::decode(&text[..at], &key(), b"list").is_err());
            let longer = text.clone() + &with;
            prop_assert!(Cursor::decode(&longer, &key(), b"list").is_err());
        }

        #[test]
        fn no_text_harms(text in ".{0,80}") {
            prop_assert!(Cursor::decode(&text, &key(), b"").is_err());
        }
    }
}
