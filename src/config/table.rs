//! The table of settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

use super::sources::{Given, Source};
use super::values::{
    self, DatabaseUrl, LogFormat, MailFrom, MailTransport, SecondFactorRule, Secret, SmtpSecurity,
};

/// What can be said about a setting without knowing its value.
pub(super) struct Described {
    /// The lines of its documentation, each with the blank it begins with.
    pub doc: &'static [&'static str],
    /// What a value has to look like, for error messages and the example file.
    pub expected: String,
}

/// Makes `Settings` and all that is derived from the table. An entry is
/// `/// documentation`, then `name: Type = "default", kind;`: the default is read by the kind, as
/// if it had been written in the environment.
macro_rules! settings {
    ($( $(#[doc = $doc:literal])+ $name:ident : $type:ty = $default:literal, $kind:expr; )+) => {
        /// Everything that an operator can choose, read once at the start and never changed.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $( $(#[doc = $doc])+ pub $name: $type, )+
            pub(super) origins: BTreeMap<&'static str, Source>,
            pub(super) warnings: Vec<String>,
        }

        /// The names of all settings, in the order of the table.
        pub(super) const NAMES: &[&str] = &[$( stringify!($name) ),+];

        /// The descriptions of all settings, in the order of the table.
        pub(super) fn descriptions() -> Vec<Described> {
            vec![$( Described { doc: &[$($doc),+], expected: $kind.expected } ),+]
        }

        impl Settings {
            /// Reads every setting from what was given, else from its default; `None` when one of
            /// them was not understood, which `problems` then says.
            pub(super) fn assemble(mut given: Given, problems: &mut Vec<String>) -> Option<Self> {
                $( let $name = given.read(stringify!($name), $default, &$kind, problems); )+
                Some(Self { $( $name: $name?, )+ origins: given.into_origins(), warnings: Vec::new() })
            }

            /// The names and values, written as in the TOML file, secrets masked.
            pub(super) fn shown(&self) -> Vec<(&'static str, String)> {
                vec![$( (stringify!($name), ($kind.show)(&self.$name)) ),+]
            }
        }
    };
}

settings! {
    /// Where the records are kept: an SQLite file, or a PostgreSQL database. Without it, the file
    /// awasir.db in data_dir.
    database_url: DatabaseUrl = "", values::database_url();
    /// The folder of what the server keeps beside the database: the SQLite file, the master key.
    data_dir: PathBuf = "./data", values::path();
    /// The address and port on which it answers.
    listen: SocketAddr = "127.0.0.1:8080", values::address();
    /// The address under which clients reach the server, as it appears in links and tokens.
    /// Without it, http:// and listen.
    public_url: String = "", values::url();
    /// The proxies in front of the server. Only from these is X-Forwarded-For believed.
    trusted_proxies: Vec<IpNet> = "", values::networks();
    /// The origins whose web pages may call the API from a browser.
    cors_origins: Vec<String> = "", values::origins();
    /// Says "Strict-Transport-Security" in every answer. Only for servers reached over TLS alone.
    hsts: bool = "off", values::switch();
    /// The name of the network, on pages and in the API's description.
    network_name: String = "Awasir", values::text();
    /// The time zone in which days begin and end where a record names none.
    time_zone: String = "Africa/Khartoum", values::time_zone();

    /// The file with the master key that encrypts what the database must not show (signing keys,
    /// donors' contacts). Without it and without a passphrase, awasir.key in data_dir, made on the
    /// first start. Keep it on another disk than the database.
    master_key_file: Option<PathBuf> = "", values::optional(values::path());
    /// A file whose first line is a passphrase, of which the master key is made (argon2id): in place
    /// of a key file.
    master_passphrase_file: Option<PathBuf> = "", values::optional(values::path());
    /// That passphrase itself. As a variable of the environment other programs of the same user can
    /// read it; --master-passphrase-stdin takes it from standard input.
    master_passphrase: Option<Secret> = "", values::passphrase();
    /// For how many seconds an access token (a JWT) is good.
    access_token_seconds: u32 = "600", values::number(30, 3_600);
    /// For how many days an access token of an organisation works on when the person who answers for it has left,
    /// unless another admin adopts it.
    orphaned_access_token_days: u32 = "14", values::number(0, 90);
    /// The memory that hashing one password takes, in KiB.
    argon2_memory_kib: u32 = "19456", values::number(7_168, 1_048_576);
    /// How often hashing a password goes through that memory.
    argon2_iterations: u32 = "2", values::number(1, 100);
    /// The lanes of one password's hashing.
    argon2_parallelism: u32 = "1", values::number(1, 16);
    /// How many passwords are hashed at the same time; others wait.
    password_threads: usize = "2", values::number(1, 64);

    /// Whether network admins have to have a second factor: "required" leaves one without to their own
    /// account until it is set up. A network in earnest has it required.
    network_admin_second_factor: SecondFactorRule = "optional", values::second_factor_rule();

    /// Whether requests are limited in number. Off is for tests on loopback.
    rate_limit: bool = "on", values::switch();
    /// Requests a minute of one user or access token.
    rate_signed_in_per_minute: u32 = "600", values::number(1, 1_000_000);
    /// Requests a minute of one address that is not signed in.
    rate_stranger_per_minute: u32 = "60", values::number(1, 1_000_000);
    /// Applications for membership an hour from one address.
    rate_application_per_hour: u32 = "10", values::number(1, 100_000);
    /// Attempts a minute to sign in to one account from one address.
    rate_sign_in_per_minute: u32 = "10", values::number(1, 100_000);
    /// Failed attempts an hour on one account, from whatever address, after which it slows down for
    /// addresses that never succeeded.
    rate_sign_in_account_failures: u32 = "100", values::number(10, 100_000);

    /// Wrong codes of the second factor in 24 hours on one account, after which the next must wait;
    /// recovery codes are taken all the same. Counted whatever rate_limit says.
    rate_second_factor_failures: u32 = "20", values::number(3, 1_000);
    /// Mails of a kind (invitations; new passwords) an hour to one address; beyond that none is sent, and
    /// whoever asked is not told.
    rate_mails_per_hour: u32 = "5", values::number(1, 100_000);

    /// How mail is sent. "off": not at all. "log": written to the log with the links in it, for
    /// development on loopback. "smtp": through a mail server.
    mail_transport: MailTransport = "off", values::mail_transport();
    /// Whom mails are from: an address, or a name and an address in angle brackets.
    mail_from: Option<MailFrom> = "", values::optional(values::mail_from());
    /// Whether this node sends the mails that wait. Off where another node does.
    mail_worker: bool = "on", values::switch();
    /// The mail server's name, as it stands in its certificate.
    smtp_host: Option<String> = "", values::optional(values::host());
    /// Its port; 0 is 587 with starttls, 465 with tls, 25 with none.
    smtp_port: u16 = "0", values::number(0, u16::MAX);
    /// "starttls": begun in clear and encrypted before anything is said, or not sent. "tls": encrypted
    /// from the first byte. "none": in clear, for a server on this very machine.
    smtp_security: SmtpSecurity = "starttls", values::smtp_security();
    /// The name with which the server signs in to the mail server.
    smtp_username: Option<String> = "", values::optional(values::text());
    /// Its password.
    smtp_password: Option<Secret> = "", values::password();
    /// A PEM file with the authorities that may have issued the mail server's certificate, instead of
    /// those that the system trusts.
    smtp_ca_file: Option<PathBuf> = "", values::optional(values::path());
    /// For how many seconds one mail may be on its way to the mail server.
    smtp_timeout_seconds: u64 = "60", values::number(1, 120);

    /// Threads that read from the database, each with a connection of its own; 0 is 2 on SQLite and 8 on
    /// PostgreSQL, where a thread mostly waits for the server.
    database_readers: usize = "0", values::number(0, 256);
    /// Threads that write to PostgreSQL, each with a connection of its own. SQLite has one.
    database_writers: usize = "8", values::number(1, 256);
    /// Requests that may wait for the database; beyond that the answer is 503.
    database_queue: usize = "1024", values::number(1, 1_000_000);
    /// Threads that answer requests; 0 is one for each core.
    workers: usize = "0", values::number(0, 1_024);
    /// The largest body of a request, in bytes.
    body_limit_bytes: usize = "262144", values::number(1_024, 67_108_864);
    /// For how many seconds a request's body is waited for.
    body_seconds: u64 = "60", values::number(1, 3_600);
    /// For how many seconds the server, told to stop, waits for the requests under way.
    shutdown_seconds: u64 = "10", values::number(0, 600);

    /// How log lines are written: as text, or as one JSON object a line.
    log_format: LogFormat = "text", values::log_format();
    /// What is logged: a level, or levels by module, as in "warn,awasir=info".
    log: String = "info", values::log_filter();
    /// An address and port of its own for /metrics.
    metrics_listen: Option<SocketAddr> = "", values::optional(values::address());
    /// The token with which /metrics may be read at the main address.
    metrics_token: Option<Secret> = "", values::secret();
}

impl Settings {
    /// The settings when nobody says anything, before one is derived from another.
    pub(super) fn defaults() -> Self {
        let mut problems = Vec::new();
        match Self::assemble(Given::default(), &mut problems) {
            Some(settings) => settings,
            // A default that its own kind refuses is a mistake in the table above, which the first
            // start of any build, and the tests, meet at once.
            None => panic!("the table of settings contradicts itself: {problems:?}"),
        }
    }
}
