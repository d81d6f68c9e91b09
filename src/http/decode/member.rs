//! The members of an object, one after the other: those that have to be there and those that need not.

use super::{At, Components, Decode, Described, Value, nullable};

/// What a type decoded from an object takes.
pub trait Members {
    /// The names of its members, in order.
    const MEMBERS: &'static [&'static str];
}

/// The type of a member: any [`Decode`], or an `Option` of one.
///
/// Apart from `Decode` because utoipa gives `Option<T>` a schema only where it derived that of `T`.
pub trait Member: Sized {
    /// Whether a body that lacks the member is refused.
    const REQUIRED: bool;

    /// The member's value; `given` is `None` when it is absent or null.
    fn read(given: Option<&Value>, at: &mut At<'_>) -> Option<Self>;

    /// How its type stands in the object's schema.
    fn in_place() -> Described;

    /// The named schemas that it refers to.
    fn components(out: &mut Components);
}

impl<T: Decode> Member for T {
    const REQUIRED: bool = T::REQUIRED;

    fn read(given: Option<&Value>, at: &mut At<'_>) -> Option<Self> {
        match given {
            Some(value) => T::decode(value, at),
            None => T::absent(at),
        }
    }

    fn in_place() -> Described {
        T::in_place()
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

/// Absent or null is `None`.
impl<T: Decode> Member for Option<T> {
    const REQUIRED: bool = false;

    fn read(given: Option<&Value>, at: &mut At<'_>) -> Option<Self> {
        match given {
            Some(value) => T::decode(value, at).map(Some),
            None => Some(None),
        }
    }

    fn in_place() -> Described {
        nullable(T::in_place())
    }

    fn components(out: &mut Components) {
        T::components(out);
    }
}

/// The members of one object.
pub struct Object<'v> {
    members: &'v [(String, Value)],
}

impl<'v> Object<'v> {
    /// The object's members; `None`, and `wrong-type` reported, when it is none. Members that are not among the
    /// known and members that stand twice are reported.
    pub fn of(value: &'v Value, known: &[&str], at: &mut At<'_>) -> Option<Self> {
        let Value::Object(members) = value else {
            at.wrong_type("an object", value);
            return None;
        };
        for (name, value) in members {
            if !known.contains(&name.as_str()) {
                at.unknown_member(name, value);
            }
        }
        at.duplicates(members);
        Some(Self { members })
    }

    /// One member, decoded; null counts as absent.
    pub fn read<T: Member>(&self, name: &str, at: &mut At<'_>) -> Option<T> {
        let last = self.members.iter().rev().find(|(n, _)| n == name);
        let given = last.map(|(_, value)| value).filter(|value| **value != Value::Null);
        at.member(name, |at| T::read(given, at))
    }
}
