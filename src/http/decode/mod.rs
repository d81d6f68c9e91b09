//! From a body's bytes to a checked value, naming everything that is wrong at once.
//!
//! [`parse`] keeps what ordinary decoders lose (duplicate members, their order); [`Decode`] turns the [`Value`]
//! into a type and reports each mistake to [`At`], which knows the place; `body!` writes both for a struct.

mod at;
mod basic;
mod body;
mod characters;
pub mod form;
mod list;
mod member;
mod schema;
mod text;
mod value;

pub use crate::body;
pub use at::{At, MAX_ERRORS};
pub use basic::Int;
pub use body::plain;
pub use characters::{Lines, clean};
pub use list::{List, no_twice};
pub use member::{Member, Members, Object};
pub use schema::{Components, Described, documented, nullable, object, reference};
pub use text::{MultilineText, ONE_LINE, Text};
pub use value::{MAX_DEPTH, Value, parse, to_value};

use super::problem::{Problem, Result};

/// A type that can be had from a body.
///
/// Its [`utoipa::ToSchema`] says the same to readers of the document as `decode` does to those who send.
pub trait Decode: Sized + utoipa::ToSchema {
    /// Whether a body that lacks a member of this type is refused.
    const REQUIRED: bool = true;

    /// The value, or `None` when something was reported.
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self>;

    /// What stands for a member that is absent or null: by default it is required.
    fn absent(at: &mut At<'_>) -> Option<Self> {
        at.report("required", "is required");
        None
    }

    /// How the type is written where a schema uses it: by default a reference to the schema of its name. Types with
    /// parameters of their own (lengths, bounds) stand in place instead: `<Self as PartialSchema>::schema()`.
    fn in_place() -> Described {
        reference(&Self::name())
    }

    /// Adds the named schemas that `in_place` refers to; a type that stands in place adds those of its parts only.
    fn components(out: &mut Components) {
        out.push((Self::name().into_owned(), <Self as utoipa::PartialSchema>::schema()));
        <Self as utoipa::ToSchema>::schemas(out);
    }
}

/// The whole of a value as a `T`, or 422 with all that is wrong with it.
pub fn decode<T: Decode>(value: &Value) -> Result<T> {
    let mut errors = Vec::new();
    let decoded = T::decode(value, &mut At::new(&mut errors));
    match decoded {
        _ if !errors.is_empty() => Err(Problem::errors(errors)),
        Some(decoded) => Ok(decoded),
        None => Err(Problem::internal("a decoder refused a value without saying why")),
    }
}

#[cfg(test)]
mod tests;
