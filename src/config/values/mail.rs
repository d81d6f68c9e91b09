//! The kinds of values that the settings for mail have.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{Kind, quoted, word};
use crate::types::Email;

/// How mail is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTransport {
    /// Not at all.
    Off,
    /// Written to the log.
    Log,
    /// Through a mail server.
    Smtp,
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// After a greeting in clear, or not sent.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not: on this very machine.
    None,
}

/// Whom mails are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFrom {
    /// The name; the network's where there is none.
    pub name: Option<String>,
    /// The address.
    pub address: Email,
}

impl fmt::Display for MailFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

impl FromStr for MailFrom {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
            return Ok(Self { name: None, address: text.parse().map_err(|_| ())? });
        };
        let name = name.trim().trim_matches('"').trim();
        if name.is_empty() || name.chars().any(|c| c.is_control() || matches!(c, '<' | '>' | '"')) {
            return Err(());
        }
        Ok(Self { name: Some(name.to_owned()), address: address.parse().map_err(|_| ())? })
    }
}

pub(in crate::config) fn mail_transport() -> Kind<MailTransport> {
    word(&[("off", MailTransport::Off), ("log", MailTransport::Log), ("smtp", MailTransport::Smtp)])
}

pub(in crate::config) fn smtp_security() -> Kind<SmtpSecurity> {
    word(&[("starttls", SmtpSecurity::StartTls), ("tls", SmtpSecurity::Tls), ("none", SmtpSecurity::None)])
}

pub(in crate::config) fn mail_from() -> Kind<MailFrom> {
    Kind::new(
        "an e-mail address, or a name and one, such as Awasir <awasir@example.org>",
        |text| text.parse().ok(),
        |from: &MailFrom| quoted(&from.to_string()),
    )
}

/// The name or address of a machine.
pub(in crate::config) fn host() -> Kind<String> {
    Kind::new(
        "the name or address of a machine, without a port",
        |text| {
            let named = |text: &str| {
                text.split('.').all(|label| {
                    !label.is_empty()
                        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                })
            };
            (text.parse::<IpAddr>().is_ok() || named(text)).then(|| text.to_owned())
        },
        |host| quoted(host),
    )
}
