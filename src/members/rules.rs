//! What keeps an organisation its admin, and who can have a role; no I/O.

use crate::access::Role;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::types::{CalendarDate, MemberId};

/// Refuses what would leave an organisation without an admin. `admins` are those it has now.
///
/// # Errors
/// `last-admin`.
pub fn keeps_an_admin(admins: &[MemberId], member: MemberId, after: Option<Role>) -> Result<()> {
    if admins == [member] && after != Some(Role::Admin) {
        return Err(Problem::new(Code::LastAdmin));
    }
    Ok(())
}

/// A role is what somebody may do when they sign in: who doesn't is invited, with the role. Nobody who
/// may give roles (an admin) can give one above their own, for there is none.
///
/// # Errors
/// `validation-failed` at `/role`.
pub fn may_have_role(signs_in: bool, role: Option<Role>) -> Result<()> {
    if role.is_none() || signs_in {
        return Ok(());
    }
    Err(Problem::errors(vec![FieldError::new(
        "/role",
        "read-only",
        "is of those who sign in; invite the person with a role",
    )]))
}

/// The last day is not before the first, and has come.
///
/// # Errors
/// `validation-failed` at `/left_on`.
pub fn ends_on(joined: Option<CalendarDate>, left: CalendarDate, today: CalendarDate) -> Result<()> {
    let wrong = |code, detail: &str| Err(Problem::errors(vec![FieldError::new("/left_on", code, detail)]));
    if left > today {
        return wrong("too-large", "has not come yet");
    }
    if joined.is_some_and(|joined| left < joined) {
        return wrong("too-small", "is before joined_on");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    #[test]
    fn the_last_admin_stays_one() {
        let (one, other) = (member(1), member(2));
        for (admins, who, after, kept) in [
            (&[one][..], one, Some(Role::Coordinator), false),
            (&[one], one, None, false),
            (&[one], one, Some(Role::Admin), true),
            (&[one], other, None, true),
            (&[one, other], one, None, true),
            (&[], one, None, true),
        ] {
            assert_eq!(keeps_an_admin(admins, who, after).is_ok(), kept, "{admins:?} {after:?}");
        }
    }

    #[test]
    fn roles_are_of_those_who_sign_in() {
        assert!(may_have_role(false, None).is_ok());
        assert!(may_have_role(true, Some(Role::Admin)).is_ok());
        assert!(may_have_role(false, Some(Role::Viewer)).is_err());
    }

    #[test]
    fn an_end_is_not_to_come() {
        let day = |n| CalendarDate::from_days_since_2000(n).unwrap();
        assert!(ends_on(None, day(5), day(5)).is_ok());
        assert!(ends_on(Some(day(5)), day(5), day(9)).is_ok());
        assert!(ends_on(Some(day(6)), day(5), day(9)).is_err());
        assert!(ends_on(None, day(6), day(5)).is_err());
    }
}
