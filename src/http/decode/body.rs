//! `body!`: a struct that is decoded from an object, member by member, all mistakes at once.

/// A member's name without the `r#` of a raw identifier.
pub const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// Declares a struct that is the body of a request, or a part of one:
///
/// ```ignore
/// body! {
///     /// A new member of an organisation.
///     pub struct NewMember {
///         /// The person's name.
///         pub name: LocalizedText,
///         /// Sits in the executive bureau.
///         pub is_executive: Option<bool>,
///     }
///     where check = rules::reachable
/// }
/// ```
///
/// It gives the struct `Debug`, `Clone`, [`Decode`], [`Members`] (also as the constant `MEMBERS`) and
/// [`utoipa::ToSchema`] with no additional properties. `check`, a `fn(&Self, &mut At<'_>)`, sees the whole once
/// every member is good, and reports what does not go together.
#[macro_export]
macro_rules! body {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $name:ident {
            $( $(#[doc = $member_doc:literal])* $member_visibility:vis $member:ident : $member_type:ty ),* $(,)?
        }
        $(where check = $check:path)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        $visibility struct $name {
            $( $(#[doc = $member_doc])* $member_visibility $member: $member_type, )*
        }

        impl $name {
            /// The names of its members, in order.
            pub const MEMBERS: &'static [&'static str] =
                &[$( $crate::http::decode::plain(stringify!($member)) ),*];
        }

        impl $crate::http::decode::Members for $name {
            const MEMBERS: &'static [&'static str] = $name::MEMBERS;
        }

        impl $crate::http::decode::Decode for $name {
            #[allow(unused_variables)]
            fn decode(
                value: &$crate::http::decode::Value,
                at: &mut $crate::http::decode::At<'_>,
            ) -> Option<Self> {
                let before = at.reported();
                let members = $crate::http::decode::Object::of(value, Self::MEMBERS, at)?;
                $(
                    let $member: Option<$member_type> =
                        members.read($crate::http::decode::plain(stringify!($member)), at);
                )*
                let decoded = Self { $( $member: $member?, )* };
                $( if at.reported() == before { $check(&decoded, at); } )?
                (at.reported() == before).then_some(decoded)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> $crate::http::decode::Described {
                $crate::http::decode::object(&[$($doc),*], vec![$((
                    $crate::http::decode::plain(stringify!($member)),
                    $crate::http::decode::documented(
                        <$member_type as $crate::http::decode::Member>::in_place(),
                        &[$($member_doc),*],
                    ),
                    <$member_type as $crate::http::decode::Member>::REQUIRED,
                )),*])
            }
        }

        impl utoipa::ToSchema for $name {
            #[allow(unused_variables)]
            fn schemas(out: &mut $crate::http::decode::Components) {
                $( <$member_type as $crate::http::decode::Member>::components(out); )*
            }
        }
    };
}
