//! Who calls with an access token.
//!
//! What a token says is looked up once and remembered, as the claims of a JWT are, for as long as one lives; revocations
//! are held against it on each request. Where something about it changed it is looked up again, and counts no longer.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use super::codes::{AccessTokenState, Refusal};
use super::model::Row;
use super::rules::grace;
use super::secret;
use super::store::reading::{self, Held};
use super::uses::Uses;
use crate::access::codes::Digest;
use crate::access::jwt::Claims;
use crate::access::remembered::{self, Expires};
use crate::access::{Caller, Rights, Role};
use crate::app::App;
use crate::http::problem::{Code, Problem, Result};
use crate::text::Locale;
use crate::types::network::Network;
use crate::types::{AccessTokenId, Instant, OrganisationId, SessionId, UserId};

/// What this node knows of access tokens in use.
pub struct AccessTokens {
    remembered: Cache<Digest, Remembered>,
    /// When they were used and refused, to be written down.
    pub uses: Uses,
}

#[derive(Clone)]
struct Remembered {
    claims: Arc<Claims>,
    caller: Arc<Caller>,
    lives: Duration,
}

impl Expires for Remembered {
    fn lives(&self) -> Duration {
        self.lives
    }
}

impl Default for AccessTokens {
    fn default() -> Self {
        let remembered = remembered::cache();
        Self { remembered, uses: Uses::default() }
    }
}

/// An access token that was presented and works, as far as its own row tells.
#[derive(Debug, Clone)]
pub struct Presented {
    /// Its id.
    pub id: AccessTokenId,
    /// For which organisation it acts.
    pub organisation: OrganisationId,
    /// Whether that is active; if not, it reads what is its own and does nothing else.
    pub active: bool,
    /// Who answers for it.
    pub owner: UserId,
    /// The role that it acts in: not above its owner's.
    pub role: Role,
    /// What it may do.
    pub rights: Rights,
    /// From where it may be used.
    pub networks: Vec<Network>,
    /// What was made of it with a lower one is stale.
    pub epoch: i64,
    /// Until when the secret that was presented works.
    pub until: Instant,
}

impl Presented {
    fn of(row: &Row, held: &Held, until: Instant) -> Result<Self> {
        Ok(Self {
            id: row.id,
            organisation: row.organisation_id,
            active: held.active,
            owner: row.owner_id,
            role: row.role.min(row.owner_role),
            rights: row.rights()?,
            networks: row.allowed_networks.get()?,
            epoch: row.epoch,
            until,
        })
    }

    /// What a JWT made of it says, or a request that carries it: good from `now` as long as a JWT is, and not
    /// longer than itself. `sid` names this one exchange, so that it can be ended alone.
    pub fn claims(&self, app: &App, now: Instant, sid: SessionId, jti: Uuid) -> Claims {
        let settings = &app.settings;
        let latest = now.seconds() + i64::from(settings.access_token_seconds);
        Claims {
            iss: settings.public_url.clone(),
            aud: settings.public_url.clone(),
            sub: self.id.uuid(),
            owner: Some(self.owner),
            exp: latest.min(self.until.seconds()),
            iat: now.seconds(),
            nbf: None,
            jti,
            client_id: self.id.to_string(),
            sid,
            roles: [(self.organisation, self.role)].into_iter().collect(),
            epoch: self.epoch,
            suspended: if self.active { Vec::new() } else { vec![self.organisation] },
            permissions: Some(self.rights),
            scope: None,
            networks: self.networks.clone(),
            network_role: None,
            pwd: false,
            enrol: false,
            locale: Locale::default(),
        }
    }

    /// What it may do at this moment: while its organisation isn't active, read.
    pub fn rights_now(&self) -> Rights {
        if self.active { self.rights } else { self.rights.reads() }
    }

    /// Whether it may be used from this address.
    pub fn is_allowed_from(&self, address: IpAddr) -> bool {
        Network::any_holds(&self.networks, address)
    }
}

/// The access token that a text is, if it works: its digest is looked for when its checksum is right. Not yet asked: the
/// network from which it came, and what this node knows of revocations.
///
/// # Errors
/// The token that was refused, where it is known, and why; the engine's.
pub async fn present(app: &App, text: &str) -> Result<std::result::Result<Presented, Refused>> {
    let Some(digest) = secret::digest(text) else {
        return Ok(Err(Refused { token: None, why: Refusal::Malformed }));
    };
    let now = app.clock.now();
    let Some(held) = app.database.read(move |db| reading::by_secret(db, &digest)).await? else {
        return Ok(Err(Refused { token: None, why: Refusal::Unknown }));
    };
    let row = &held.row;
    let refused = |why| Ok(Err(Refused { token: Some((row.id, row.organisation_id)), why }));
    let grace = grace(app.settings.orphaned_access_token_days);
    let until = match (row.previous_until, held.is_previous) {
        (Some(until), true) => until.min(row.marks().works_until(grace)),
        _ => row.marks().works_until(grace),
    };
    match row.marks().state(grace, now) {
        AccessTokenState::Revoked => refused(Refusal::Revoked),
        AccessTokenState::Expired => refused(Refusal::Expired),
        // A former secret whose time is over.
        _ if until <= now => refused(Refusal::Expired),
        AccessTokenState::Active | AccessTokenState::Orphaned => Ok(Ok(Presented::of(row, &held, until)?)),
    }
}

/// A refused access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Which, and whose, where it is known.
    pub token: Option<(AccessTokenId, OrganisationId)>,
    /// Why.
    pub why: Refusal,
}

impl AccessTokens {
    /// The caller whom an access token names, if it works from this address now.
    ///
    /// # Errors
    /// `invalid-token`, whatever is wrong; `unavailable` while this node can't know what was revoked.
    pub async fn authenticate(&self, app: &App, text: &str, address: IpAddr) -> Result<Arc<Caller>> {
        let remembered = match self.remembered(app, text).await? {
            Some(remembered) => remembered,
            None => match self.look_up_limited(app, text, address).await? {
                Ok(remembered) => self.checked(app, text, remembered).await?,
                Err(refused) => return Err(self.refuse(app, refused, address)),
            },
        };
        self.admit(app, &remembered.claims, address)?;
        Ok(remembered.caller)
    }

    /// What was just looked up, held against the revocations; once more where it changed in this very moment.
    async fn checked(&self, app: &App, text: &str, found: Remembered) -> Result<Remembered> {
        app.revocations.until_fresh(&app.clock).await;
        match app.revocations.check(&found.claims, app.clock.now()) {
            Ok(()) => Ok(found),
            Err(problem) if problem.code() != Code::InvalidToken => Err(problem),
            Err(stale) => {
                let found = self.look_up(app, text).await?.map_err(|_| stale)?;
                app.revocations.check(&found.claims, app.clock.now()).map(|()| found)
            }
        }
    }

    /// Notes the use of an access token, direct or by a JWT made of it, or refuses it from this address.
    ///
    /// # Errors
    /// `invalid-token`: whoever stole it learns nothing.
    pub fn admit(&self, app: &App, claims: &Claims, address: IpAddr) -> Result<()> {
        let Some(token) = claims.owner.map(|_| AccessTokenId(claims.sub)) else { return Ok(()) };
        if claims.is_allowed_from(address) {
            self.uses.used(token, app.clock.now(), address);
            return Ok(());
        }
        let organisation = claims.roles.keys().next().copied();
        let token = organisation.map(|organisation| (token, organisation));
        Err(self.refuse(app, Refused { token, why: Refusal::WrongNetwork }, address))
    }

    /// Counts a refusal, and answers it.
    pub fn refuse(&self, app: &App, refused: Refused, address: IpAddr) -> Problem {
        self.count(app, refused, address);
        Problem::new(Code::InvalidToken)
    }

    /// Counts a refusal; of a known token it will stand in the journal.
    pub fn count(&self, app: &App, refused: Refused, address: IpAddr) {
        app.metrics.refused(refused.token.map(|(token, _)| token), refused.why);
        if let Some((token, organisation)) = refused.token {
            self.uses.refused(token, organisation, refused.why, address);
        }
    }

    /// What is remembered of it, unless something about it changed since.
    async fn remembered(&self, app: &App, text: &str) -> Result<Option<Remembered>> {
        let Some(digest) = secret::digest(text) else { return Ok(None) };
        let Some(remembered) = self.remembered.get(&digest) else { return Ok(None) };
        app.revocations.until_fresh(&app.clock).await;
        let now = app.clock.now();
        match app.revocations.check(&remembered.claims, now) {
            Err(problem) if problem.code() != Code::InvalidToken => Err(problem),
            Ok(()) if remembered.claims.is_in_time(now) => Ok(Some(remembered)),
            _ => {
                self.remembered.invalidate(&digest);
                Ok(None)
            }
        }
    }

    /// As [`look_up`](Self::look_up), of which an address has so many that fail: what is made up with a right checksum
    /// asks the database, so it is counted before it does.
    async fn look_up_limited(
        &self,
        app: &App,
        text: &str,
        address: IpAddr,
    ) -> Result<std::result::Result<Remembered, Refused>> {
        let refused = app.limits.token_attempt(address).and_then(|decision| decision.problem());
        refused.map_or(Ok(()), Err)?;
        let found = self.look_up(app, text).await;
        if !matches!(found, Ok(Err(Refused { token: None, .. }))) {
            app.limits.known_token(address);
        }
        found
    }

    async fn look_up(&self, app: &App, text: &str) -> Result<std::result::Result<Remembered, Refused>> {
        let presented = match present(app, text).await? {
            Ok(presented) => presented,
            Err(refused) => return Ok(Err(refused)),
        };
        let now = app.clock.now();
        let claims = presented.claims(app, now, SessionId(presented.id.uuid()), Uuid::nil());
        let lives = claims.exp.saturating_mul(1_000_000).saturating_sub(now.micros());
        let remembered = Remembered {
            caller: Arc::new(Caller::from_claims(&claims)),
            claims: Arc::new(claims),
            lives: Duration::from_micros(u64::try_from(lives).unwrap_or(0)),
        };
        if let Some(digest) = secret::digest(text) {
            self.remembered.insert(digest, remembered.clone());
        }
        Ok(Ok(remembered))
    }

    /// How many are remembered (for the metrics and tests; near enough).
    pub fn len(&self) -> u64 {
        self.remembered.run_pending_tasks();
        self.remembered.entry_count()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
