//! The closed lists of words about access tokens.

use crate::types::codes::codes;

codes! {
    /// Where an access token stands. It works while it is `active` or `orphaned`.
    pub enum AccessTokenState in "access_token.state" {
        /// It works.
        Active = "active",
        /// Who answered for it has left; it works for some days more, unless another admin adopts it.
        Orphaned = "orphaned",
        /// Its time is over.
        Expired = "expired",
        /// It was withdrawn.
        Revoked = "revoked",
    }
}

codes! {
    /// Why a request with an access token was refused.
    pub enum Refusal in "access_token.refusal" {
        /// It is none, or its checksum is wrong: mistyped or made up.
        Malformed = "malformed",
        /// Nobody knows it.
        Unknown = "unknown",
        /// Its time is over, or that of its former secret.
        Expired = "expired",
        /// It was withdrawn.
        Revoked = "revoked",
        /// It was made of an access token that was changed since: another is to be had.
        Stale = "stale",
        /// It was used from a network that is not among its own.
        WrongNetwork = "wrong_network",
        /// It does not hold the right that was needed.
        Forbidden = "forbidden",
    }
}
