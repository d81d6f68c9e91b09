//! Scopes: the rights of the house by their codes, with one blank between (RFC 6749, section 3.3).

use crate::access::{Right, Rights, Role};
use crate::access_tokens::rules::given_by;
use crate::http::problem::{Code, Problem, Result};

/// The only grant that is given.
pub const GRANT: &str = "client_credentials";

/// What an access token can hold at the most.
pub fn grantable() -> Rights {
    given_by(Role::Admin)
}

/// The rights that are given to whoever holds `held` and asks for `scope`; without one, all of them.
///
/// # Errors
/// `invalid-scope` when it names a right that isn't held, or isn't one; when none is held.
pub fn granted(held: Rights, scope: Option<&str>) -> Result<Rights> {
    let invalid = |why: &str| Problem::new(Code::InvalidScope).detail(why);
    let rights = match scope {
        None => held,
        Some(scope) => {
            let asked: Option<Rights> = scope.split(' ').map(|code| code.parse::<Right>().ok()).collect();
            let asked = asked.filter(|asked| held.contains_all(*asked));
            asked.ok_or_else(|| invalid("the scope names a right that the access token does not hold"))?
        }
    };
    if rights.is_empty() {
        Err(invalid("the access token holds no right at this moment"))
    } else {
        Ok(rights)
    }
}

/// A set of rights as a scope.
pub fn scope_of(rights: Rights) -> String {
    rights.codes().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_scope_is_at_most_what_is_held() {
        let held = Rights::of(&[Right::VisitsRead, Right::ProjectsRead]);
        let given = |scope: Option<&str>| granted(held, scope).map(Rights::codes).map_err(|p| p.code());
        assert_eq!(given(None), Ok(vec!["projects:read", "visits:read"]));
        assert_eq!(given(Some("visits:read")), Ok(vec!["visits:read"]));
        assert_eq!(given(Some("visits:read projects:read visits:read")), Ok(held.codes()));
        for beyond in [
            "visits:write",
            "visits:read visits:write",
            "network:tokens",
            "visits",
            "visits:*",
            "VISITS:READ",
            " ",
            "visits:read ",
            "visits:read  projects:read",
            "visits:read,projects:read",
            "visits:read\tprojects:read",
            "",
        ] {
            assert_eq!(given(Some(beyond)), Err(Code::InvalidScope), "{beyond:?}");
        }
        assert_eq!(granted(Rights::NONE, None).map_err(|p| p.code()), Err(Code::InvalidScope));
    }

    #[test]
    fn nobody_signs_and_nobody_is_the_network_by_a_scope() {
        assert!(!grantable().contains(Right::ProgrammesSign));
        assert!(grantable().iter().all(|right| !right.is_network()));
        assert!(grantable().contains(Right::TokensRead));
    }

    proptest! {
        #[test]
        fn what_is_given_was_asked_for_and_is_held(held in any::<u64>(), asked in any::<u64>()) {
            let set = |bits: u64| -> Rights {
                Right::ALL.iter().copied().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, r)| r).collect()
            };
            let (held, asked) = (set(held), set(asked));
            match granted(held, Some(&scope_of(asked))) {
                Ok(given) => prop_assert!(given == asked && held.contains_all(given)),
                Err(problem) => {
                    prop_assert_eq!(problem.code(), Code::InvalidScope);
                    prop_assert!(asked.is_empty() || !held.contains_all(asked));
                }
            }
        }
    }
}
