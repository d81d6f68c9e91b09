//! Who calls and what they may do.
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`role`], [`rights`] | the roles, the rights, and the one table of which holds which |
//! | [`caller`] | the caller, and the proofs without which no store is reached |
//! | [`jwt`], [`verifier`], [`remembered`] | JWTs: signed, verified, remembered until they expire |
//! | [`revocations`] | what ended before its token did |
//! | [`refresh`], [`codes`] | the other tokens and codes that are handed to people |
//! | [`passwords`] | what is accepted as one, and argon2id on threads of its own |
//! | [`limits`], [`failures`] | how often one may call, and how often guess |
//! | [`keyring`], [`passphrase`], [`mac`] | the master key, of a file or of a passphrase, and what it seals; the keys that authenticate |
//! | [`keys`] | the keys as this node holds them: had at the start, followed, rotated |
//! | [`random`], [`secret`] | randomness, and values that don't print themselves |

pub mod caller;
pub mod codes;
pub mod failures;
pub mod follower;
pub mod jwt;
pub mod keyring;
pub mod keys;
pub mod limits;
pub mod mac;
pub mod passphrase;
pub mod passwords;
pub mod random;
pub mod refresh;
pub mod remembered;
pub mod revocations;
pub mod rights;
pub mod role;
pub mod secret;
pub mod verifier;

pub use caller::{Caller, Membership, NetworkPermit, Permit, Seen, SelfPermit, Sight, Through};
pub use rights::{Right, Rights};
pub use role::Role;
