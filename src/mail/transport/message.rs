//! A mail as it goes over the wire (RFC 5322): text and HTML of the same, to be chosen from.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::{Refusal, Stage};
use crate::mail::preparing::Ready;
use crate::types::{Email, Instant};

/// `Auto-Submitted` (RFC 3834): nobody wrote it by hand, and no machine is to answer.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// An address as lettre takes it.
pub(super) fn address(email: &Email) -> Option<Address> {
    let (local, domain) = email.as_str().rsplit_once('@')?;
    Address::new(local, domain).ok()
}

/// The message, and between whom it goes. The same mail has the same `Message-ID` however often it is tried, so that who
/// gets it twice is shown it once.
pub(super) fn of(from: &Mailbox, mail: &Ready, now: Instant) -> Result<(Envelope, Vec<u8>), Refusal> {
    let unwritable = Refusal { stage: Stage::Message, code: None };
    let to = address(&mail.to).ok_or(unwritable)?;
    let micros = u64::try_from(now.micros()).unwrap_or_default();
    let date: SystemTime = UNIX_EPOCH + Duration::from_micros(micros);
    let message = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(date)
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.letter.subject.as_str())
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(mail.letter.text.clone(), mail.letter.html.clone()))
        .map_err(|_| unwritable)?;
    Ok((message.envelope().clone(), message.formatted()))
}
