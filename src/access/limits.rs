//! How often one may call: the limits that the settings name, each with its key.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::failures::Failures;
use crate::config::Settings;
use crate::http::address::rate_key;
use crate::http::limits::{Decision, Limiter};
use crate::types::AccessTokenId;
use uuid::Uuid;

const MINUTE: Duration = Duration::from_secs(60);
/// How many JWTs an access token may revoke one by one; who wants more away revokes what they were made of.
const JWTS_REVOKED_PER_MINUTE: u32 = 30;
/// How many tokens of an address are looked up for each call that a stranger has.
const LOOK_UPS: u32 = 10;
const HOUR: Duration = Duration::from_secs(3600);

/// The limits of one node; each is `None` when limits are switched off.
pub struct Limits {
    on: AtomicBool,
    signed_in: Limiter,
    stranger: Limiter,
    rare: Limiter,
    email_change: Limiter,
    sign_in_pair: Limiter,
    sign_in_account: Failures,
    client: Failures,
    look_up: Failures,
    jwt_revoked: Limiter,
}

impl Limits {
    /// The limits that the settings name.
    pub fn new(settings: &Settings) -> Self {
        Self {
            on: AtomicBool::new(settings.rate_limit),
            signed_in: Limiter::new("signed-in", settings.rate_signed_in_per_minute, MINUTE),
            stranger: Limiter::new("stranger", settings.rate_stranger_per_minute, MINUTE),
            rare: Limiter::new("application", settings.rate_application_per_hour, HOUR),
            email_change: Limiter::new("email-change", settings.rate_mails_per_hour, HOUR),
            sign_in_pair: Limiter::new("sign-in", settings.rate_sign_in_per_minute, MINUTE),
            sign_in_account: Failures::new("sign-in-account", settings.rate_sign_in_account_failures, HOUR),
            jwt_revoked: Limiter::new("jwt-revocation", JWTS_REVOKED_PER_MINUTE, MINUTE),
            look_up: Failures::new(
                "access-token",
                settings.rate_stranger_per_minute.saturating_mul(LOOK_UPS),
                MINUTE,
            ),
            client: Failures::new("client-authentication", settings.rate_stranger_per_minute, MINUTE),
        }
    }

    fn check<K: Hash + ?Sized>(&self, limiter: &Limiter, key: &K) -> Option<Decision> {
        self.is_on().then(|| limiter.check(key))
    }

    fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Switches the limits off, or back to what they were: while the server itself calls, and nobody else can.
    /// Answers whether they were on.
    pub fn switch(&self, on: bool) -> bool {
        self.on.swap(on, Ordering::Relaxed)
    }

    /// Someone signed in: per user or access token, wherever they call from.
    pub fn signed_in(&self, subject: Uuid) -> Option<Decision> {
        self.check(&self.signed_in, &subject)
    }

    /// A stranger: per address.
    pub fn stranger(&self, address: IpAddr) -> Option<Decision> {
        self.check(&self.stranger, &rate_key(address))
    }

    /// A stranger's call of which there are few an hour.
    pub fn rare(&self, address: IpAddr) -> Option<Decision> {
        self.check(&self.rare, &rate_key(address))
    }

    /// Another e-mail address for an account: each has mails sent to the addresses before.
    pub fn email_change(&self, user: Uuid) -> Option<Decision> {
        self.check(&self.email_change, &user)
    }

    /// An attempt to sign in: slows the pair of account and address.
    pub fn sign_in(&self, account: &str, address: IpAddr) -> Option<Decision> {
        self.check(&self.sign_in_pair, &(account, rate_key(address)))
    }

    /// A client of OAuth revokes a JWT alone.
    pub fn jwt_revoked(&self, client: AccessTokenId) -> Option<Decision> {
        self.check(&self.jwt_revoked, &client)
    }

    /// An access token that has to be looked up: of an address so many that are nobody's, until
    /// [`Limits::known_token`] takes it back. More than of strangers' calls, so that a known token which this node meets for the
    /// first time is not soon refused for what others send from the same address.
    pub fn token_attempt(&self, address: IpAddr) -> Option<Decision> {
        self.is_on().then(|| self.look_up.charge(&rate_key(address)))
    }

    /// The attempt counted last was a token that we know.
    pub fn known_token(&self, address: IpAddr) {
        if self.is_on() {
            self.look_up.give_back(&rate_key(address));
        }
    }

    /// A client that has yet to authenticate itself: counted by its address, as a stranger, until
    /// [`Limits::known_client`] takes it back.
    pub fn client_attempt(&self, address: IpAddr) -> Option<Decision> {
        self.is_on().then(|| self.client.charge(&rate_key(address)))
    }

    /// The attempt counted last was a client's that we know.
    pub fn known_client(&self, address: IpAddr) {
        if self.is_on() {
            self.client.give_back(&rate_key(address));
        }
    }

    /// An attempt to sign in from an address that the account does not know: counted account-wide until
    /// [`Limits::no_failure`] takes it back, so that only failures stay.
    pub fn sign_in_from_elsewhere(&self, account: &str) -> Option<Decision> {
        self.is_on().then(|| self.sign_in_account.charge(account))
    }

    /// The attempt counted last was no failure.
    pub fn no_failure(&self, account: &str) {
        if self.is_on() {
            self.sign_in_account.give_back(account);
        }
    }
}
