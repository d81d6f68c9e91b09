//! What of the settings for mail goes together.

use std::net::IpAddr;

use super::{MailTransport, Settings, SmtpSecurity};

impl Settings {
    /// Refuses what would send nothing, or send it where others read along.
    pub(super) fn check_mail(&mut self, problems: &mut Vec<String>) {
        let transport = self.said("mail_transport");
        match self.mail_transport {
            MailTransport::Off => self.warn_of_idle_smtp(),
            MailTransport::Log if self.listen.ip().is_loopback() => self.warnings.push(format!(
                "{transport} is log: the links in the mails open accounts, and stand in the log for whoever reads it"
            )),
            MailTransport::Log => problems.push(format!(
                "{transport} is log while {} can be reached from elsewhere; expected smtp or off: the links in the mails \
                 open accounts",
                self.listen
            )),
            MailTransport::Smtp => self.check_smtp(problems),
        }
    }

    fn said(&self, name: &str) -> String {
        format!("{name} (from {})", self.source(name))
    }

    fn warn_of_idle_smtp(&mut self) {
        if self.smtp_host.is_some() {
            let text =
                format!("{} is given while mail_transport is off: no mail is sent", self.said("smtp_host"));
            self.warnings.push(text);
        }
    }

    fn check_smtp(&mut self, problems: &mut Vec<String>) {
        for (name, given) in
            [("smtp_host", self.smtp_host.is_some()), ("mail_from", self.mail_from.is_some())]
        {
            if !given {
                problems.push(format!(
                    "{name}: nothing is given; expected one, as {} is smtp",
                    self.said("mail_transport")
                ));
            }
        }
        let loopback = self.smtp_host.as_deref().is_some_and(is_loopback);
        if self.smtp_security == SmtpSecurity::None {
            if self.smtp_host.is_some() && !loopback {
                problems.push(format!(
                    "{} is none, for a server on another machine; expected starttls or tls",
                    self.said("smtp_security")
                ));
            }
            if self.smtp_ca_file.is_some() {
                problems.push(format!(
                    "{} is given while smtp_security is none; expected starttls or tls",
                    self.said("smtp_ca_file")
                ));
            }
        }
        if self.smtp_username.is_some() != self.smtp_password.is_some() {
            let (given, missing) = match self.smtp_username {
                Some(_) => ("smtp_username", "smtp_password"),
                None => ("smtp_password", "smtp_username"),
            };
            problems
                .push(format!("{} is given without {missing}; expected both or neither", self.said(given)));
        }
        if let Err(reason) = crate::mail::check(self) {
            problems.push(reason);
        }
        let url = self.public_url.split("://").nth(1).unwrap_or_default();
        let host =
            url.split('/').next().and_then(|host| host.rsplit_once(':').map(|(host, _)| host).or(Some(host)));
        if host.is_some_and(|host| is_loopback(host.trim_matches(['[', ']']))) {
            self.warnings.push(format!(
                "{} is an address of this machine: the links in mails lead nowhere from elsewhere",
                self.said("public_url")
            ));
        }
    }
}

/// Whether a machine is this very one.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
