//! Public types of the second factor.

use crate::accounts::password::Password;
use crate::http::decode::Text;
use crate::http::view::ShownOnce;
use crate::types::codes::codes;
use crate::{body, view};

codes! {
    /// What is asked for besides the password.
    pub enum SecondFactor in "user.second_factor" {
        /// Nothing.
        None = "none",
        /// A code of an authenticator app.
        Totp = "totp",
    }
}

view! {
    /// What an authenticator app has to know.
    pub struct TotpSecret {
        /// To be typed into the app (base32); shown in this answer only.
        pub secret: ShownOnce,
        /// The same for the app to read, as a QR code; shown in this answer only.
        pub otpauth_url: ShownOnce,
    }
}

view! {
    /// Codes for whoever has lost the authenticator app.
    pub struct RecoveryCodes {
        /// Each works once in place of a code of the app; shown in this answer only.
        pub recovery_codes: ShownOnce<Vec<String>>,
    }
}

body! {
    /// A code of the authenticator app.
    pub struct TotpConfirmation {
        /// Six digits.
        pub code: Text<1, 100>,
    }
}

body! {
    /// The second step of signing in.
    pub struct SecondFactorAnswer {
        /// What the first step answered.
        pub challenge: Text<1, 400>,
        /// Six digits of the authenticator app, or a recovery code.
        pub code: Text<1, 100>,
    }
}

body! {
    /// Both factors once more, by somebody signed in.
    pub struct BothFactors {
        /// The password.
        pub password: Password,
        /// Six digits of the authenticator app, or a recovery code.
        pub code: Text<1, 100>,
    }
}
