//! From which address something was done: kept apart from its digest, so that it can be erased with the person.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::access::codes::sha256;
use crate::http::problem::{Problem, Result};
use crate::types::Json;

/// An address, as kept.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct KeptAddress {
    /// 16 random bytes, base64: there are so few addresses that a digest without them would tell which it is of.
    pub salt: String,
    /// The address.
    pub address: String,
}

impl KeptAddress {
    /// SHA-256 over salt and address, base64.
    pub fn digest(&self) -> String {
        STANDARD_NO_PAD.encode(sha256(format!("{}\n{}", self.salt, self.address)))
    }
}

/// An address and its digest, for all that one write records.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) kept: Json<KeptAddress>,
    pub(super) digest: String,
}

impl Origin {
    pub(super) fn of(address: IpAddr) -> Result<Self> {
        let mut salt = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut salt)
            .map_err(|_| Problem::internal("the system gives no random bytes"))?;
        let address = address.to_canonical().to_string();
        let kept = KeptAddress { salt: STANDARD_NO_PAD.encode(salt), address };
        Ok(Self { digest: kept.digest(), kept: Json::new(&kept)? })
    }
}
