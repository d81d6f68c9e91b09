//! How a mail leaves this server.

mod message;
mod smtp;

use std::fmt;

use crate::config::{MailTransport, Settings};
use crate::http::problem::Result;
use crate::mail::preparing::Ready;
use crate::types::Instant;
use smtp::Smtp;

/// The way that mails go.
pub enum Transport {
    /// None is sent.
    Off,
    /// Into the log: for development.
    Log,
    /// Through a mail server.
    Smtp(Box<Smtp>),
}

/// Why a mail was not taken: where on the way, and the mail server's code. No address and no word of the server's, which
/// may quote one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Where on the way.
    pub stage: Stage,
    /// What the mail server answered.
    pub code: Option<u16>,
}

/// Where on the way a mail is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The message can't be written.
    Message,
    /// The mail server is not reached, or does not speak.
    Connection,
    /// The way there can't be encrypted, or not with whom it should be.
    Encryption,
    /// The mail server doesn't let this one in.
    SignIn,
    /// The mail server is there and does not take the mail.
    Delivery,
    /// It took too long.
    Time,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Connection => "connection",
            Self::Encryption => "encryption",
            Self::SignIn => "sign-in",
            Self::Delivery => "delivery",
            Self::Time => "time",
        }
    }
}

impl Refusal {
    /// Whether it makes no sense to try again: the mail server has judged this very mail. What it says of the connection and
    /// of who signs in, be it for good, is for the operator to put right, and the mail waits for that.
    pub fn is_final(self) -> bool {
        let setup = matches!(self.code, Some(530 | 534 | 535 | 538));
        self.stage == Stage::Delivery && self.code.is_some_and(|code| code >= 500) && !setup
    }

    /// Whether the next mail would fare alike.
    pub fn concerns_all(self) -> bool {
        !matches!(self.stage, Stage::Message | Stage::Delivery)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stage.as_str())?;
        self.code.map_or(Ok(()), |code| write!(f, " {code}"))
    }
}

impl Transport {
    /// As the settings say.
    ///
    /// # Errors
    /// `internal`, in words for the operator.
    pub fn of(settings: &Settings) -> Result<Self> {
        Ok(match settings.mail_transport {
            MailTransport::Off => Self::Off,
            MailTransport::Log => Self::Log,
            MailTransport::Smtp => Self::Smtp(Box::new(Smtp::of(settings)?)),
        })
    }

    /// Sends a mail, in no more than `smtp_timeout_seconds`.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, mail: &Ready, now: Instant) -> std::result::Result<(), Refusal> {
        match self {
            Self::Off => Err(Refusal { stage: Stage::Connection, code: None }),
            Self::Log => {
                let id = mail.id;
                log::info!("mail {id} to {}: {}", mail.to, mail.letter.subject);
                mail.letter.text.lines().for_each(|line| log::info!("mail {id} | {line}"));
                Ok(())
            }
            Self::Smtp(smtp) => smtp.send(mail, now).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_judgement_of_the_mail_itself_is_final() {
        let at = |stage, code| Refusal { stage, code };
        for (refusal, is_final, concerns_all, said) in [
            (at(Stage::Delivery, Some(550)), true, false, "delivery 550"),
            (at(Stage::Delivery, Some(552)), true, false, "delivery 552"),
            (at(Stage::Delivery, Some(450)), false, false, "delivery 450"),
            (at(Stage::Delivery, Some(530)), false, false, "delivery 530"),
            (at(Stage::Delivery, None), false, false, "delivery"),
            (at(Stage::SignIn, Some(535)), false, true, "sign-in 535"),
            (at(Stage::Connection, Some(554)), false, true, "connection 554"),
            (at(Stage::Connection, None), false, true, "connection"),
            (at(Stage::Encryption, None), false, true, "encryption"),
            (at(Stage::Time, None), false, true, "time"),
        ] {
            assert_eq!((refusal.is_final(), refusal.concerns_all()), (is_final, concerns_all), "{refusal}");
            assert_eq!(refusal.to_string(), said);
        }
    }
}
