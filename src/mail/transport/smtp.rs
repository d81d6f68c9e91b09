//! Through a mail server (RFC 5321), a connection for each mail.

use std::io;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;

use super::{Refusal, Stage, message};
use crate::config::{Secret, Settings, SmtpSecurity};
use crate::http::problem::{Problem, Result};
use crate::mail::preparing::Ready;
use crate::types::Instant;

/// How long the mail server has for a farewell.
const FAREWELL: Duration = Duration::from_secs(2);

/// The way to a mail server.
pub struct Smtp {
    host: String,
    port: u16,
    security: SmtpSecurity,
    tls: Option<TlsParameters>,
    credentials: Option<(String, Secret)>,
    from: Mailbox,
    timeout: Duration,
}

impl Smtp {
    /// As the settings say.
    ///
    /// # Errors
    /// `internal`, in words for the operator.
    pub(super) fn of(settings: &Settings) -> Result<Self> {
        let missing = |name: &str| Problem::internal(format!("{name} is missing, as mail_transport is smtp"));
        let host = settings.smtp_host.clone().ok_or_else(|| missing("smtp_host"))?;
        let from = settings.mail_from.as_ref().ok_or_else(|| missing("mail_from"))?;
        let address = message::address(&from.address)
            .ok_or_else(|| Problem::internal("mail_from has an address that can't be written from"))?;
        let name = from.name.clone().unwrap_or_else(|| settings.network_name.clone());
        let security = settings.smtp_security;
        let port = match (settings.smtp_port, security) {
            (0, SmtpSecurity::StartTls) => 587,
            (0, SmtpSecurity::Tls) => 465,
            (0, SmtpSecurity::None) => 25,
            (chosen, _) => chosen,
        };
        let tls = match security {
            SmtpSecurity::None => None,
            SmtpSecurity::StartTls | SmtpSecurity::Tls => Some(tls(settings, &host)?),
        };
        Ok(Self {
            host,
            port,
            security,
            tls,
            credentials: settings.smtp_username.clone().zip(settings.smtp_password.clone()),
            from: Mailbox::new(Some(name), address),
            timeout: Duration::from_secs(settings.smtp_timeout_seconds),
        })
    }

    pub(super) async fn send(&self, mail: &Ready, now: Instant) -> std::result::Result<(), Refusal> {
        let (envelope, message) = message::of(&self.from, mail, now)?;
        let sending = async {
            let mut connection = self.connect().await?;
            connection.send(&envelope, &message).await.map_err(at(Stage::Delivery))?;
            Ok(connection)
        };
        // All of it together: a server that says a letter a second doesn't hold the mail beyond its lease.
        let late = Refusal { stage: Stage::Time, code: None };
        let mut connection = tokio::time::timeout(self.timeout, sending).await.unwrap_or(Err(late))?;
        // It was taken; whatever comes of the farewell.
        let _ = tokio::time::timeout(FAREWELL, connection.quit()).await;
        Ok(())
    }

    /// A connection that is encrypted and signed in: nothing of a mail, and no password, is said before.
    async fn connect(&self) -> std::result::Result<AsyncSmtpConnection, Refusal> {
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let server = (self.host.as_str(), self.port);
        let wrapped = self.tls.clone().filter(|_| self.security == SmtpSecurity::Tls);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, None, &hello, wrapped, None);
        let mut connection = connecting.await.map_err(at(Stage::Connection))?;
        if self.security == SmtpSecurity::StartTls {
            let Some(tls) = self.tls.clone().filter(|_| connection.can_starttls()) else {
                connection.abort().await;
                return Err(Refusal { stage: Stage::Encryption, code: None });
            };
            connection.starttls(tls, &hello).await.map_err(at(Stage::Encryption))?;
        }
        if let Some((name, password)) = &self.credentials {
            let credentials = Credentials::new(name.clone(), password.expose().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(at(Stage::SignIn))?;
        }
        Ok(connection)
    }
}

/// Who the mail server has to be.
fn tls(settings: &Settings, host: &str) -> Result<TlsParameters> {
    let mut tls = TlsParametersBuilder::new(host.to_owned());
    if let Some(path) = &settings.smtp_ca_file {
        let unread = |reason: &dyn std::fmt::Display| {
            Problem::internal(format!("smtp_ca_file: {} is of no use: {reason}", path.display()))
        };
        let pem = std::fs::read(path).map_err(|error| unread(&error))?;
        let authorities = Certificate::from_pem(&pem).map_err(|error| unread(&error))?;
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(unread(&"it has no certificate"));
        }
        tls = tls.certificate_store(CertificateStore::None).add_root_certificate(authorities);
    }
    tls.build().map_err(|error| Problem::internal(format!("TLS to the mail server can't be set up: {error}")))
}

fn at(stage: Stage) -> impl Fn(Error) -> Refusal {
    move |error| {
        let code = error.status().map(u16::from);
        let stage = if error.is_tls() || is_of_tls(&error) { Stage::Encryption } else { stage };
        // Nothing of a mail was said by then, so that no address is in it. The server's own words are not taken down.
        if code.is_none() && matches!(stage, Stage::Connection | Stage::Encryption) {
            log::warn!("the mail server can't be spoken to: {}", root(&error));
        }
        Refusal { stage, code }
    }
}

/// An error, and what it came from.
fn causes<'a>(error: &'a Error) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error as &'a (dyn std::error::Error + 'static)), |error| error.source())
}

/// Whether the other side's certificate, or what it says of encryption, was at fault: rustls puts its own words into an
/// error of the connection.
fn is_of_tls(error: &Error) -> bool {
    let said = |io: &io::Error| io.kind() == io::ErrorKind::InvalidData && io.get_ref().is_some();
    causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(said)
}

/// What an error came from in the end.
fn root(error: &Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
