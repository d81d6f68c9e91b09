//! People in the JSON of answers: whom it names, and what of them goes when their values are erased.
//!
//! Answers are kept for repeated requests, and a visit for a party that declined. What tells a person there is
//! the same everywhere: an entry that has an `email`, null or not, is a person's own, by its `id`; one
//! that has a `member_id` is about that member.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::parse_uuid;
use crate::http::problem::{Problem, Result};
use crate::text::{Name, labels};

/// What is a person's own of whatever names them: not their title, nor the organisation that they were of.
pub const PERSONAL: &[&str] =
    &["name", "honorific", "email", "phone", "affiliation", "introduced_as", "public_name_consent"];

/// What a person is called whose name was erased: "عضو سابق".
///
/// # Errors
/// `internal` when there is no such label.
pub fn former() -> Result<Name> {
    let label = labels::get("member.former");
    label
        .and_then(|(ar, en)| Name::of([("ar", ar), ("en", en)]))
        .ok_or_else(|| Problem::internal("what a former member is called is no name"))
}

fn id(object: &Map<String, Value>, member: &str) -> Option<Uuid> {
    object.get(member).and_then(Value::as_str).and_then(parse_uuid)
}

/// Whose own entry an object is.
fn owner(object: &Map<String, Value>) -> Option<Uuid> {
    id(object, "id").filter(|_| object.contains_key("email"))
}

/// The members and users that an answer names.
pub fn named_in(value: &Value) -> Vec<Uuid> {
    let mut people = Vec::new();
    collect(value, &mut people);
    people.sort_unstable();
    people.dedup();
    people
}

fn collect(value: &Value, people: &mut Vec<Uuid>) {
    match value {
        Value::Object(object) => {
            people.extend(owner(object).into_iter().chain(id(object, "member_id")));
            object.values().for_each(|value| collect(value, people));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, people)),
        _ => {}
    }
}

/// Erases what is these people's own; whether anything was there. An entry of their own keeps a name, as its
/// shape has it: that of a former member.
///
/// # Errors
/// As [`former`].
pub fn erase_from(value: &mut Value, people: &[Uuid]) -> Result<bool> {
    let name = serde_json::to_value(former()?).map_err(Problem::internal)?;
    Ok(erase(value, people, &name))
}

fn erase(value: &mut Value, people: &[Uuid], name: &Value) -> bool {
    let mut erased = false;
    match value {
        Value::Object(object) => {
            let own = owner(object).is_some_and(|id| people.contains(&id));
            if own || id(object, "member_id").is_some_and(|id| people.contains(&id)) {
                for member in PERSONAL {
                    let Some(held) = object.get_mut(*member) else { continue };
                    let left = match *member {
                        "name" if own => name.clone(),
                        "public_name_consent" => json!(false),
                        _ => Value::Null,
                    };
                    erased |= *held != left;
                    *held = left;
                }
            }
            for value in object.values_mut() {
                erased |= erase(value, people, name);
            }
        }
        Value::Array(list) => {
            for value in list {
                erased |= erase(value, people, name);
            }
        }
        _ => {}
    }
    erased
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_found_and_erased_wherever_they_stand() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let visit = json!({"id": Uuid::from_u128(3), "title": {"ar": "زيارة"}, "delegates": [
            {"id": Uuid::from_u128(4), "member_id": one, "name": {"ar": "عمر"}, "title": {"ar": "المدير"},
                "public_name_consent": {"given_on": "2025-07-04", "how": "شفاهة"}},
            {"id": Uuid::from_u128(5), "member_id": other, "name": {"ar": "آمنة"}},
            {"id": Uuid::from_u128(6), "member_id": null, "name": {"ar": "الوفد"}},
        ]});
        assert_eq!(named_in(&visit), [one, other]);
        let mut erased = visit.clone();
        assert!(erase_from(&mut erased, &[one]).unwrap());
        let first = &erased["delegates"][0];
        assert_eq!((&first["name"], &first["title"]["ar"]), (&Value::Null, &json!("المدير")));
        assert_eq!(first["public_name_consent"], false);
        assert_eq!(erased["delegates"][1], visit["delegates"][1]);
        assert_eq!(erased["delegates"][2], visit["delegates"][2]);
        assert!(!erase_from(&mut erased, &[one]).unwrap(), "a second time there is nothing");
    }

    #[test]
    fn ones_own_entry_keeps_a_name() {
        let one = Uuid::from_u128(1);
        let mut answer = json!({"access_token": null, "user": {"id": one, "name": {"ar": "عمر"}, "email": "o@x.sd",
            "phone": null, "memberships": [{"organisation_name": {"ar": "جمعية"}}]}});
        assert_eq!(named_in(&answer), [one]);
        assert!(erase_from(&mut answer, &[one]).unwrap());
        let user = &answer["user"];
        assert_eq!((&user["name"]["ar"], &user["email"]), (&json!("عضو سابق"), &Value::Null));
        assert_eq!(user["memberships"][0]["organisation_name"]["ar"], "جمعية");
    }
}
