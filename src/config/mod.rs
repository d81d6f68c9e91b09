//! The settings: what they are, what they are when nobody says anything, and where each came from.
//!
//! A setting is one entry in the table in [`table`]: its documentation, name, type, default and kind.
//! From that one entry come the field of [`Settings`], the key of the TOML file, the variable
//! `AWASIR_<NAME>`, the line of `awasir check-config` and the entry in `awasir.example.toml`.
//!
//! Later sources win: the built-in default, then the file named by `--config`, then the environment,
//! then the flags ([`sources`]). Everything wrong is reported at once, each with its source.

mod mailing;
mod sources;
mod table;
mod values;

pub use sources::{ConfigErrors, Flag, Inputs, Source};
pub use table::Settings;
pub use values::{
    DatabaseUrl, LEAST_PASSPHRASE, LogFormat, MailFrom, MailTransport, SecondFactorRule, Secret,
    SmtpSecurity, is_passphrase,
};

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

impl Settings {
    /// The settings in force, merged from what the process was given.
    ///
    /// # Errors
    /// All that is wrong at once: unreadable file, unknown keys, values not understood, values that
    /// don't go together.
    pub fn load(inputs: Inputs) -> Result<Self, ConfigErrors> {
        let mut problems = Vec::new();
        let (given, warnings) = sources::gather(inputs, &mut problems);
        let settings = Self::assemble(given, &mut problems).map(|mut settings| {
            settings.warnings = warnings;
            settings.derive_defaults();
            settings.check_together(&mut problems);
            settings
        });
        match settings {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(ConfigErrors(problems)),
        }
    }

    /// Settings for a test: loopback with a port of the system's choosing, no rate limits, and
    /// passwords hashed as cheaply as the algorithm allows. The fields are public: a test changes
    /// what it is about.
    #[must_use]
    pub fn for_tests(data_dir: &Path, database_url: &str) -> Self {
        let mut settings = Self::built_in();
        settings.data_dir = data_dir.to_path_buf();
        settings.database_url = DatabaseUrl::new(database_url);
        settings.listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        settings.public_url = "http://127.0.0.1".to_owned();
        settings.rate_limit = false;
        settings.argon2_memory_kib = 8;
        settings.argon2_iterations = 1;
        settings.workers = 1;
        settings
    }

    /// Where the value of the setting called `name` came from.
    #[must_use]
    pub fn source(&self, name: &str) -> &Source {
        self.origins.get(name).unwrap_or(&Source::Default)
    }

    /// What an operator should be told, though it does not stop the start: variables that look
    /// like settings and are none, rate limits switched off where strangers can reach.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What is in force, a line each: `name = value   # source`. Secrets are masked.
    #[must_use]
    pub fn report(&self) -> String {
        let rows: Vec<(String, &Source)> = self
            .shown()
            .into_iter()
            .map(|(name, value)| (format!("{name} = {value}"), self.source(name)))
            .collect();
        let width = rows.iter().map(|(row, _)| row.chars().count().min(48)).max().unwrap_or(0);
        rows.iter().fold(String::new(), |mut text, (row, source)| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{row:<width$}   # {source}");
            text
        })
    }

    /// The text of `awasir.example.toml`: every setting with its documentation and default,
    /// commented out.
    #[must_use]
    pub fn example() -> String {
        let mut text = String::from(
            "# The settings of Awasir, each with its default. Uncomment what you change, and start with\n\
             #     awasir serve --config awasir.toml\n\
             # Every setting is also an environment variable: AWASIR_ and the name in capitals, lists with\n\
             # commas. Flags win over variables, variables over this file. `awasir check-config` shows what is\n\
             # in force and where it came from.\n",
        );
        let values = Self::built_in().shown();
        for (described, (name, value)) in table::descriptions().iter().zip(values) {
            text.push('\n');
            for line in described.doc {
                let _ = writeln!(text, "#{line}");
            }
            let _ = writeln!(text, "# Expected: {}.", described.expected);
            let _ = writeln!(text, "# {name} = {value}");
        }
        text
    }

    /// The defaults alone, without file, environment and flags.
    fn built_in() -> Self {
        let mut settings = Self::defaults();
        settings.derive_defaults();
        settings
    }

    /// Fills the settings whose default follows from another one.
    fn derive_defaults(&mut self) {
        if self.database_url.is_empty() {
            let file = self.data_dir.join("awasir.db");
            self.database_url = DatabaseUrl::new(&format!("sqlite://{}", file.display()));
        }
        if self.public_url.is_empty() {
            let mut address = self.listen;
            if address.ip().is_unspecified() {
                address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
            }
            self.public_url = format!("http://{address}");
        }
    }

    /// What no setting can know alone.
    fn check_together(&mut self, problems: &mut Vec<String>) {
        let least = 8 * self.argon2_parallelism;
        if self.argon2_memory_kib < least {
            problems.push(format!(
                "argon2_memory_kib: {} (from {}) is too little for argon2_parallelism = {}; expected at least {least}",
                self.argon2_memory_kib,
                self.source("argon2_memory_kib"),
                self.argon2_parallelism
            ));
        }
        if self.metrics_listen == Some(self.listen) {
            problems.push(format!(
                "metrics_listen: {} (from {}) is the address of listen too; expected another port, or metrics_token alone",
                self.listen,
                self.source("metrics_listen"),
            ));
        }
        let given = [
            ("master_key_file", self.master_key_file.is_some()),
            ("master_passphrase_file", self.master_passphrase_file.is_some()),
            ("master_passphrase", self.master_passphrase.is_some()),
        ];
        let given: Vec<String> = given
            .into_iter()
            .filter(|(_, given)| *given)
            .map(|(name, _)| format!("{name} (from {})", self.source(name)))
            .collect();
        if given.len() > 1 {
            problems.push(format!(
                "{} are given; expected one: the master key has one source",
                given.join(" and ")
            ));
        }
        self.check_mail(problems);
        if !self.rate_limit && !self.listen.ip().is_loopback() {
            self.warnings.push(format!(
                "rate_limit is off (from {}) while {} can be reached from elsewhere: passwords can be guessed without end",
                self.source("rate_limit"),
                self.listen
            ));
        }
        if self.network_admin_second_factor == SecondFactorRule::Optional && !self.listen.ip().is_loopback() {
            self.warnings.push(format!(
                "network_admin_second_factor is optional (from {}) while {} can be reached from elsewhere: a password \
                 alone opens what administers the network",
                self.source("network_admin_second_factor"),
                self.listen
            ));
        }
    }
}

#[cfg(test)]
mod tests;
