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

#[cfg(test)]
mod tests {
    use crate::config::{Inputs, MailTransport, Settings, SmtpSecurity};

    const SMTP: &[(&str, &str)] = &[
        ("AWASIR_MAIL_TRANSPORT", "smtp"),
        ("AWASIR_MAIL_FROM", "Awasir <awasir@example.org>"),
        ("AWASIR_SMTP_HOST", "mail.example.org"),
        ("AWASIR_PUBLIC_URL", "https://awasir.example.org"),
    ];

    fn load(pairs: &[&[(&str, &str)]]) -> Result<Settings, String> {
        let environment = pairs.concat().iter().map(|(name, value)| (name.into(), value.into())).collect();
        let inputs = Inputs { environment, ..Inputs::default() };
        Settings::load(inputs).map_err(|problems| problems.to_string())
    }

    #[test]
    fn what_goes_together() {
        let settings = load(&[SMTP]).unwrap();
        assert_eq!(
            (settings.mail_transport, settings.smtp_security),
            (MailTransport::Smtp, SmtpSecurity::StartTls)
        );
        let from = settings.mail_from.clone().unwrap();
        assert_eq!((from.name.as_deref(), from.address.as_str()), (Some("Awasir"), "awasir@example.org"));
        assert_eq!(settings.warnings(), [""; 0]);
        for more in [
            &[("AWASIR_SMTP_USERNAME", "awasir"), ("AWASIR_SMTP_PASSWORD", "pa ss")][..],
            &[("AWASIR_SMTP_SECURITY", "tls"), ("AWASIR_MAIL_FROM", "awasir@example.org")],
            &[("AWASIR_SMTP_SECURITY", "none"), ("AWASIR_SMTP_HOST", "localhost")],
            &[("AWASIR_SMTP_SECURITY", "none"), ("AWASIR_SMTP_HOST", "::1")],
            &[("AWASIR_MAIL_FROM", "\"أواصر\" <awasir@example.org>")],
        ] {
            assert!(load(&[SMTP, more]).is_ok(), "{more:?}: {:?}", load(&[SMTP, more]).err());
        }
    }

    #[test]
    fn what_does_not_is_refused() {
        for (more, said) in [
            (
                &[("AWASIR_SMTP_HOST", "")][..],
                "smtp_host: nothing is given; expected one, as mail_transport (from",
            ),
            (&[("AWASIR_MAIL_FROM", "")], "mail_from: nothing is given"),
            (
                &[("AWASIR_MAIL_FROM", "awasir")],
                "mail_from: \"awasir\" (from AWASIR_MAIL_FROM) is not understood",
            ),
            (&[("AWASIR_MAIL_FROM", "<awasir@example.org>")], "is not understood"),
            (&[("AWASIR_SMTP_HOST", "mail.example.org:25")], "smtp_host: \"mail.example.org:25\""),
            (
                &[("AWASIR_SMTP_SECURITY", "none")],
                "smtp_security (from AWASIR_SMTP_SECURITY) is none, for a server on another machine",
            ),
            (&[("AWASIR_SMTP_SECURITY", "maybe")], "expected \"starttls\" or \"tls\" or \"none\""),
            (
                &[("AWASIR_SMTP_USERNAME", "awasir")],
                "smtp_username (from AWASIR_SMTP_USERNAME) is given without smtp_password",
            ),
            (
                &[("AWASIR_SMTP_PASSWORD", "secret")],
                "smtp_password (from AWASIR_SMTP_PASSWORD) is given without smtp_username",
            ),
            (&[("AWASIR_SMTP_CA_FILE", "no/such.pem")], "smtp_ca_file: no/such.pem is of no use"),
            (
                &[
                    ("AWASIR_SMTP_CA_FILE", "x"),
                    ("AWASIR_SMTP_SECURITY", "none"),
                    ("AWASIR_SMTP_HOST", "127.0.0.1"),
                ],
                "smtp_ca_file (from AWASIR_SMTP_CA_FILE) is given while smtp_security is none",
            ),
            (
                &[("AWASIR_MAIL_TRANSPORT", "log"), ("AWASIR_LISTEN", "0.0.0.0:8080")],
                "mail_transport (from AWASIR_MAIL_TRANSPORT) is log while 0.0.0.0:8080 can be reached from elsewhere",
            ),
        ] {
            let refused = load(&[SMTP, more]).expect_err(said);
            assert!(refused.contains(said), "{refused}");
            assert!(!refused.contains("secret"), "{refused}");
        }
    }

    #[test]
    fn what_is_to_be_known_is_said() {
        let warnings = |pairs: &[&[(&str, &str)]]| load(pairs).unwrap().warnings().join("\n");
        assert!(
            warnings(&[&[("AWASIR_MAIL_TRANSPORT", "log")]]).contains("the links in the mails open accounts")
        );
        assert!(warnings(&[SMTP, &[("AWASIR_MAIL_TRANSPORT", "off")]]).contains("no mail is sent"));
        for url in ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080/awasir"] {
            assert!(warnings(&[SMTP, &[("AWASIR_PUBLIC_URL", url)]]).contains("lead nowhere"), "{url}");
        }
        let shown =
            load(&[SMTP, &[("AWASIR_SMTP_USERNAME", "a"), ("AWASIR_SMTP_PASSWORD", "hidden")]]).unwrap();
        assert!(!format!("{}{shown:?}", shown.report()).contains("hidden"));
    }
}
