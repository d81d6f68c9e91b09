//! The application: what every call shares.

use std::net::IpAddr;
use std::sync::Arc;

use crate::access::Caller;
use crate::access::jwt::Claims;
use crate::access::keys::{Keys, Master};
use crate::access::limits::Limits;
use crate::access::passwords::{Cost, PasswordHasher};
use crate::access::revocations::Revocations;
use crate::access::verifier::Verifier;
use crate::access_tokens::AccessTokens;
use crate::access_tokens::authentication::Refused;
use crate::access_tokens::codes::Refusal;
use crate::access_tokens::secret;
use crate::config::Settings;
use crate::db::executor::Sizes;
use crate::db::{Database, Engine, Target};
use crate::http::problem::{Code, Problem, Result};
use crate::mail::Mail;
use crate::metrics::Metrics;
use crate::pages::Readiness;
use crate::types::{AccessTokenId, Clock, IdMaker};

/// Settings and services, made once and shared by all threads.
pub struct App {
    /// The settings in force.
    pub settings: Settings,
    /// What time it is.
    pub clock: Clock,
    /// New ids.
    pub ids: IdMaker,
    /// The database's threads.
    pub database: Database,
    /// Passwords, hashed on threads of their own.
    pub passwords: PasswordHasher,
    /// Keys that sign and seal.
    pub keys: Keys,
    /// Tokens once verified.
    pub verifier: Verifier,
    /// What was cut off, as this node knows it.
    pub revocations: Arc<Revocations>,
    /// Access tokens in use.
    pub access_tokens: AccessTokens,
    /// Limits on how often one may call.
    pub limits: Limits,
    /// How mail is sent.
    pub mail: Mail,
    /// What is counted.
    pub metrics: Metrics,
    /// Whether the database was well when last asked.
    pub readiness: Readiness,
    callers: moka::sync::Cache<usize, Remembered>,
}

#[derive(Clone)]
struct Remembered {
    claims: Arc<Claims>,
    caller: Arc<Caller>,
}

impl App {
    /// Builds the services over a migrated database; makes the keys if there are none yet.
    ///
    /// # Errors
    /// `unavailable` when the database is out of reach; `internal` when keys can't be read.
    pub fn build(settings: Settings, clock: Clock, ids: IdMaker) -> Result<Arc<Self>> {
        let target = target(&settings)?;
        let sizes = Sizes {
            readers: match (settings.database_readers, target.engine()) {
                (0, Engine::Sqlite) => 2,
                (0, Engine::Postgres) => 8,
                (chosen, _) => chosen,
            },
            writers: settings.database_writers,
            queue: settings.database_queue,
        };
        let mut db = target.connect()?;
        let master = Master::open(&settings, &mut db, clock.now())?;
        let keys = Keys::open(&mut db, master, clock.now())?;
        drop(db);
        let cost = Cost {
            memory_kib: settings.argon2_memory_kib,
            passes: settings.argon2_iterations,
            lanes: settings.argon2_parallelism,
        };
        let verifier = Verifier::new(keys.public_keys(), &settings.public_url, &settings.public_url);
        let database = Database::start(target, sizes, clock.clone(), ids.clone())?;
        Ok(Arc::new(Self {
            revocations: Arc::clone(database.revocations()),
            database,
            passwords: PasswordHasher::start(cost, settings.password_threads, 64)?,
            keys,
            verifier,
            access_tokens: AccessTokens::default(),
            limits: Limits::new(&settings),
            mail: Mail::new(&settings)?,
            metrics: Metrics::new()?,
            readiness: Readiness::default(),
            callers: moka::sync::Cache::new(10_000),
            settings,
            clock,
            ids,
        }))
    }

    /// The caller whom a JWT or an access token names, if it is good now and from this address. Waits a moment where this
    /// node is about to know what was revoked.
    ///
    /// # Errors
    /// `invalid-token`; `unavailable` while this node can't know what was revoked.
    pub async fn authenticate(&self, token: &str, address: IpAddr) -> Result<Arc<Caller>> {
        if secret::is_meant(token) {
            return self.access_tokens.authenticate(self, token, address).await;
        }
        let claims = self.verifier.verify(token, self.clock.now()).inspect_err(|_| {
            // Whose it would be can't be known of what isn't ours, nor asked of what is over.
            self.metrics.refused(None, Refusal::Malformed);
        })?;
        self.revocations.until_fresh(&self.clock).await;
        self.revocations.check(&claims, self.clock.now()).inspect_err(|problem| {
            if problem.code() == Code::InvalidToken {
                self.count_stale(&claims, address);
            }
        })?;
        self.access_tokens.admit(self, &claims, address)?;
        // The verifier remembers its claims behind one Arc: its address finds the caller made of it,
        // and holding the Arc beside it keeps the address from being another's.
        let address = Arc::as_ptr(&claims) as usize;
        let remembered = self.callers.get_with(address, || Remembered {
            caller: Arc::new(Caller::from_claims(&claims)),
            claims: Arc::clone(&claims),
        });
        if Arc::ptr_eq(&remembered.claims, &claims) {
            Ok(remembered.caller)
        } else {
            Ok(Arc::new(Caller::from_claims(&claims)))
        }
    }

    /// Counts a JWT that was made of an access token which was changed or withdrawn since.
    fn count_stale(&self, claims: &Claims, address: IpAddr) {
        if let (Some(_), Some(organisation)) = (claims.owner, claims.roles.keys().next()) {
            let token = Some((AccessTokenId(claims.sub), *organisation));
            self.access_tokens.count(self, Refused { token, why: Refusal::Stale }, address);
        }
    }
}

/// Where the settings say the database is.
///
/// # Errors
/// `internal` when the URL is neither engine's.
pub fn target(settings: &Settings) -> Result<Target> {
    Target::parse(&settings.database_url)
        .ok_or_else(|| Problem::internal("database_url is neither sqlite:// nor postgres://"))
}
