//! The kinds of values that settings have: how each is read, shown and described.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Deref, RangeInclusive};
use std::path::PathBuf;
use std::str::FromStr;

use ipnet::IpNet;

mod mail;

pub use mail::{MailFrom, MailTransport, SmtpSecurity};
pub(super) use mail::{host, mail_from, mail_transport, smtp_security};

/// Reads a text; `None` when it is no such value.
type Reader<T> = Box<dyn Fn(&str) -> Option<T>>;

/// How the text of a setting becomes its value.
pub(super) struct Kind<T> {
    /// What a value has to look like, to follow "expected".
    pub expected: String,
    /// Reads a value; `None` when it isn't one.
    pub read: Reader<T>,
    /// Writes a value as in a TOML file, secrets masked.
    pub show: Box<dyn Fn(&T) -> String>,
    /// Whether the text must not be repeated in messages.
    pub secret: bool,
}

impl<T> Kind<T> {
    fn new(
        expected: impl Into<String>,
        read: impl Fn(&str) -> Option<T> + 'static,
        show: impl Fn(&T) -> String + 'static,
    ) -> Self {
        Self { expected: expected.into(), read: Box::new(read), show: Box::new(show), secret: false }
    }
}

/// A secret given as a setting; never shown, by `Debug` neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, to be compared and not to be written anywhere.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// The URL of the database: `sqlite://PATH`, `postgres://…` or `postgresql://…`. It may carry a
/// password, so `Debug` and [`DatabaseUrl::masked`] leave that out; it derefs to the whole text.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// Takes the text as it is: what it means is checked when it is read as a setting.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether it names a PostgreSQL database.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.0.starts_with("postgres://") || self.0.starts_with("postgresql://")
    }

    /// The path of the SQLite file, when it names one.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&str> {
        self.0.strip_prefix("sqlite://")
    }

    /// The URL without its password.
    #[must_use]
    pub fn masked(&self) -> String {
        if !self.is_postgres() {
            return self.0.clone();
        }
        let (address, query) = self.0.split_once('?').map_or((self.0.as_str(), None), |(a, q)| (a, Some(q)));
        let mut text = match address.split_once("://").and_then(|(s, rest)| Some((s, rest.rsplit_once('@')?)))
        {
            Some((scheme, (user, host))) => match user.split_once(':') {
                Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
                None => address.to_owned(),
            },
            None => address.to_owned(),
        };
        for (i, parameter) in query.iter().flat_map(|query| query.split('&')).enumerate() {
            text.push(if i == 0 { '?' } else { '&' });
            text.push_str(match parameter.split_once('=') {
                Some(("password", _)) => "password=***",
                Some(("sslpassword", _)) => "sslpassword=***",
                _ => parameter,
            });
        }
        text
    }
}

impl Deref for DatabaseUrl {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.masked())
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Whether somebody has to have a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorRule {
    /// Who wants one has one.
    Optional,
    /// Who has none can set one up, and nothing else.
    Required,
}

/// A text in TOML's quotes.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A list in TOML's brackets.
fn listed<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(&item.to_string())).collect();
    format!("[{}]", items.join(", "))
}

/// Reads a list with commas; `None` when one of its items is wrong.
fn split<T>(text: &str, item: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(item).collect()
}

pub(super) fn text() -> Kind<String> {
    Kind::new("a text", |text| (!text.trim().is_empty()).then(|| text.trim().to_owned()), |text| quoted(text))
}

pub(super) fn path() -> Kind<PathBuf> {
    Kind::new(
        "a path",
        |text| (!text.is_empty()).then(|| PathBuf::from(text)),
        |path| quoted(&path.display().to_string()),
    )
}

pub(super) fn switch() -> Kind<bool> {
    Kind::new(
        "\"on\" or \"off\"",
        |text| match text.to_ascii_lowercase().as_str() {
            "on" | "true" | "yes" | "1" => Some(true),
            "off" | "false" | "no" | "0" => Some(false),
            _ => None,
        },
        |on| quoted(if *on { "on" } else { "off" }),
    )
}

pub(super) fn number<T>(least: T, most: T) -> Kind<T>
where
    T: FromStr + PartialOrd + fmt::Display + Copy + 'static,
{
    let range: RangeInclusive<T> = least..=most;
    Kind::new(
        format!("a whole number from {least} to {most}"),
        move |text| text.parse().ok().filter(|number| range.contains(number)),
        T::to_string,
    )
}

pub(super) fn address() -> Kind<SocketAddr> {
    Kind::new(
        "an address and a port, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080",
        |text| match text.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}").parse().ok(),
            None => text.parse().ok(),
        },
        |address: &SocketAddr| quoted(&address.to_string()),
    )
}

/// Nothing, when the text is empty.
pub(super) fn optional<T: 'static>(kind: Kind<T>) -> Kind<Option<T>> {
    let Kind { expected, read, show, secret } = kind;
    let mut optional = Kind::new(
        format!("nothing, or {expected}"),
        move |text| {
            if text.is_empty() { Some(None) } else { read(text).map(Some) }
        },
        move |value: &Option<T>| value.as_ref().map_or_else(|| "\"\"".to_owned(), &show),
    );
    optional.secret = secret;
    optional
}

pub(super) fn secret() -> Kind<Option<Secret>> {
    let mut kind = Kind::new(
        "16 or more visible ASCII characters",
        |text| {
            (text.len() >= 16 && text.bytes().all(|b| b.is_ascii_graphic())).then(|| Secret(text.to_owned()))
        },
        |_| quoted("***"),
    );
    kind.secret = true;
    optional(kind)
}

/// A password that somebody else chose: whatever can be typed.
pub(super) fn password() -> Kind<Option<Secret>> {
    let mut kind = Kind::new(
        "a password on one line",
        |text| (!text.chars().any(char::is_control)).then(|| Secret(text.to_owned())),
        |_| quoted("***"),
    );
    kind.secret = true;
    optional(kind)
}

/// A passphrase for the master key: whatever can be typed.
pub(super) fn passphrase() -> Kind<Option<Secret>> {
    let mut kind = Kind::new(
        format!("a passphrase of {LEAST_PASSPHRASE} or more characters on one line"),
        |text| is_passphrase(text).then(|| Secret(text.to_owned())),
        |_| quoted("***"),
    );
    kind.secret = true;
    optional(kind)
}

/// Characters of a passphrase at the least. Who copies the database can try them out at leisure.
pub const LEAST_PASSPHRASE: usize = 16;

/// Whether a text can be a passphrase.
pub fn is_passphrase(text: &str) -> bool {
    text.chars().count() >= LEAST_PASSPHRASE && !text.chars().any(char::is_control)
}

pub(super) fn database_url() -> Kind<DatabaseUrl> {
    let mut kind = Kind::new(
        "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
        |text| {
            let url = DatabaseUrl::new(text);
            let named = url.sqlite_path().is_some_and(|path| !path.is_empty()) || url.is_postgres();
            (text.is_empty() || named).then_some(url)
        },
        |url| quoted(&url.masked()),
    );
    // A URL that isn't understood may still hold a password.
    kind.secret = true;
    kind
}

/// The part of an http(s) URL behind its scheme.
fn behind_scheme(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\')
    };
    (!rest.is_empty() && !rest.starts_with('/') && !rest.contains(odd)).then_some(rest)
}

/// The address of a server, perhaps with a path; kept without the slash at its end.
pub(super) fn url() -> Kind<String> {
    Kind::new(
        "a URL that begins with http:// or https:// and has no query",
        |text| {
            (text.is_empty() || behind_scheme(text).is_some()).then(|| text.trim_end_matches('/').to_owned())
        },
        |url| quoted(url),
    )
}

pub(super) fn origins() -> Kind<Vec<String>> {
    Kind::new(
        "a list of origins, such as https://app.example.org",
        |text| {
            split(text, |item| {
                behind_scheme(item).filter(|rest| !rest.contains('/')).map(|_| item.to_ascii_lowercase())
            })
        },
        |origins| listed(origins),
    )
}

pub(super) fn networks() -> Kind<Vec<IpNet>> {
    Kind::new(
        "a list of addresses or networks, such as 10.0.0.0/8",
        |text| split(text, |item| item.parse().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from))),
        |networks| listed(networks),
    )
}

/// A kind of one of several words.
fn word<T: Copy + PartialEq + 'static>(words: &'static [(&'static str, T)]) -> Kind<T> {
    let expected: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    Kind::new(
        expected.join(" or "),
        |text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value),
        |value| quoted(words.iter().find(|(_, one)| one == value).map_or("", |(word, _)| word)),
    )
}

pub(super) fn time_zone() -> Kind<String> {
    Kind::new(
        "the name of a time zone, such as Africa/Khartoum",
        |name| jiff::tz::db().get(name).ok()?.iana_name().map(str::to_owned),
        |name| quoted(name),
    )
}

pub(super) fn log_format() -> Kind<LogFormat> {
    word(&[("text", LogFormat::Text), ("json", LogFormat::Json)])
}

pub(super) fn second_factor_rule() -> Kind<SecondFactorRule> {
    Kind::new(
        "\"optional\" or \"required\"",
        |text| match text {
            "optional" => Some(SecondFactorRule::Optional),
            "required" => Some(SecondFactorRule::Required),
            _ => None,
        },
        |rule| quoted(if *rule == SecondFactorRule::Required { "required" } else { "optional" }),
    )
}

pub(super) fn log_filter() -> Kind<String> {
    // env_logger itself ignores what it doesn't understand, with a line on standard error only.
    let understood = |part: &str| {
        let (target, level) = part.split_once('=').unwrap_or(("", part));
        target.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-'))
            && log::LevelFilter::from_str(level.trim()).is_ok()
    };
    Kind::new(
        "a level (off, error, warn, info, debug, trace), or a list of module=level",
        move |text| {
            (!text.is_empty() && text.split(',').all(|part| understood(part.trim()))).then(|| text.to_owned())
        },
        |filter| quoted(filter),
    )
}
