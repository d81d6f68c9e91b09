//! `view!`: a public type, as it is answered: its JSON and its schema from one declaration.
//!
//! Every member is always there, null where there is nothing, and the schema says so.

use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

use super::decode::{Components, Decode, Described, nullable};
use crate::types::Json;

/// A type that can be a member of an answer.
pub trait Shown {
    /// The members that name another thing, and are null for who may not see that one.
    const POINTERS: &'static [&'static str] = &[];

    /// How it stands in the schema of what holds it.
    fn in_place() -> Described;
    /// The named schemas that it refers to.
    fn components(out: &mut Components);
}

impl<T: Decode> Shown for T {
    fn in_place() -> Described {
        <T as Decode>::in_place()
    }

    fn components(out: &mut Components) {
        <T as Decode>::components(out);
    }
}

impl<T: Shown> Shown for Option<T> {
    fn in_place() -> Described {
        nullable(T::in_place())
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn in_place() -> Described {
        ArrayBuilder::new().items(T::in_place()).into()
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

impl<T: Shown> Shown for Json<T> {
    fn in_place() -> Described {
        T::in_place()
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

macro_rules! plain {
    ($($rust:ty: $kind:expr),*) => {$(
        impl Shown for $rust {
            fn in_place() -> Described {
                ObjectBuilder::new().schema_type($kind).into()
            }

            fn components(_out: &mut Components) {}
        }
    )*};
}
plain!(String: Type::String, &'static str: Type::String, i64: Type::Integer, f64: Type::Number);

/// Anything: a problem's candidates, a value of the journal.
impl Shown for serde_json::Value {
    fn in_place() -> Described {
        ObjectBuilder::new().into()
    }

    fn components(_out: &mut Components) {}
}

/// A reference to a named schema, which is added to the components with all that it refers to.
pub fn refer<T: ToSchema>(out: &mut Components) {
    if !out.iter().any(|(name, _)| *name == T::name()) {
        out.push((T::name().into_owned(), T::schema()));
        T::schemas(out);
    }
}

/// Declares a public type:
///
/// ```ignore
/// view! {
///     /// A village.
///     pub struct Community in communities {
///         /// Its id.
///         pub id: CommunityId,
///     }
/// }
/// ```
///
/// A member that names another thing, and is null for who may not see that one, says so (`#[names = "visit"]`): then it
/// is not told to have changed to who reads it as null ([`Shown::POINTERS`]).
///
/// It gives the struct `Debug`, `Clone`, `Serialize`, [`utoipa::ToSchema`] and [`Shown`]; with
/// `in table` it is read from that table's columns of the same names (`Queryable`, `Selectable`), with
/// `in table, written` also written to them (`Insertable`, `AsChangeset`: none is null); `, kept` is kept in
/// a column of JSON and read back from it.
#[macro_export]
macro_rules! view {
    (@pointer $named:literal $member:ident) => { stringify!($member) };
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident in $table:ident { $($body:tt)* }
    ) => {
        $crate::view! { @declare [diesel::Queryable, diesel::Selectable] [$table]
            $(#[doc = $doc])* $visibility struct $name { $($body)* } }
    };
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident in $table:ident, written { $($body:tt)* }
    ) => {
        $crate::view! { @declare
            [diesel::Queryable, diesel::Selectable, diesel::Insertable, diesel::AsChangeset] [$table]
            $(#[doc = $doc])* $visibility struct $name { $($body)* } }
    };
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident, kept { $($body:tt)* }
    ) => {
        $crate::view! { @declare [serde::Deserialize] [] $(#[doc = $doc])* $visibility struct $name { $($body)* } }
    };
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident { $($body:tt)* }
    ) => {
        $crate::view! { @declare [] [] $(#[doc = $doc])* $visibility struct $name { $($body)* } }
    };
    (
        @declare [$($derive:path),*] [$($table:ident)?]
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident {
            $(
                $(#[doc = $member_doc:literal])* $(#[names = $named:literal])?
                $member_visibility:vis $member:ident : $member_type:ty
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, serde::Serialize $(, $derive)*)]
        $(#[diesel(table_name = $table, treat_none_as_null = true, treat_none_as_default_value = false)])?
        $visibility struct $name {
            $( $(#[doc = $member_doc])* $member_visibility $member: $member_type, )*
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> $crate::http::decode::Described {
                $crate::http::view::object(&[$($doc),*], vec![$((
                    $crate::http::decode::plain(stringify!($member)),
                    $crate::http::decode::documented(
                        <$member_type as $crate::http::view::Shown>::in_place(),
                        &[$($member_doc),*],
                    ),
                )),*])
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            #[allow(unused_variables)]
            fn schemas(out: &mut $crate::http::decode::Components) {
                $( <$member_type as $crate::http::view::Shown>::components(out); )*
            }
        }

        impl $crate::http::view::Shown for $name {
            const POINTERS: &'static [&'static str] =
                &[$( $( $crate::view!(@pointer $named $member), )? )*];

            fn in_place() -> $crate::http::decode::Described {
                $crate::http::decode::reference(stringify!($name))
            }

            fn components(out: &mut $crate::http::decode::Components) {
                $crate::http::view::refer::<Self>(out);
            }
        }
    };
}

/// The schema of an answered object: all of its members are there, and later versions may add more.
pub fn object(doc: &[&str], members: Vec<(&'static str, Described)>) -> Described {
    let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
    let mut object = ObjectBuilder::new().schema_type(Type::Object).description(Some(lines.join("\n")));
    for (name, described) in members {
        object = object.property(name, described).required(name);
    }
    object.into()
}

/// A secret that its answer shows once: null when the answer is replayed, and the schema says so.
#[derive(Clone, serde::Serialize)]
#[serde(transparent)]
pub struct ShownOnce<T = String>(T);

impl<T> std::fmt::Debug for ShownOnce<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ShownOnce(…)")
    }
}

impl std::ops::Deref for ShownOnce {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ShownOnce {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl<T> From<T> for ShownOnce<T> {
    fn from(secret: T) -> Self {
        Self(secret)
    }
}

impl<T: Shown> Shown for ShownOnce<T> {
    fn in_place() -> Described {
        nullable(T::in_place())
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}
