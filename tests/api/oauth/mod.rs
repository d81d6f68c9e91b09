//! OAuth 2.0: clients of it, their tokens, what is refused, where everything is.

use crate::support::*;

mod forms;
mod metadata;

const TOKEN: &str = "/v1/oauth/token";
const FORM: &str = "application/x-www-form-urlencoded";
/// An id that is no client's.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
