//! Mail: what is to be sent waits in the database, and a worker of one node or another sends it.
//!
//! - [`outbox`]: the table of what waits: put in by a write of anybody's, taken out under a lease;
//! - [`content`]: what a mail is about, sealed in its row until it is sent;
//! - [`preparing`]: what is to be said, looked up when it is sent: by then it may have become needless;
//! - [`letters`]: the words, in Arabic and English, as text and as HTML;
//! - [`transport`]: how a mail leaves: through a mail server, or into the log;
//! - [`worker`]: takes up, prepares, sends, and settles what came of it.

pub mod content;
pub mod letters;
pub mod outbox;
pub mod preparing;
pub mod transport;
pub mod worker;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::config::{MailTransport, Settings};
use crate::http::problem::Result;
use transport::Transport;

/// How this node sends mail.
pub struct Mail {
    transport: Transport,
    ring: Sender<()>,
    rung: Receiver<()>,
}

impl Mail {
    /// As the settings say.
    ///
    /// # Errors
    /// `internal`, in words for the operator, when the mail server's authorities can't be read.
    pub fn new(settings: &Settings) -> Result<Self> {
        let (ring, rung) = bounded(1);
        Ok(Self { transport: Transport::of(settings)?, ring, rung })
    }

    /// Whether mail is sent at all.
    pub fn is_on(&self) -> bool {
        !matches!(self.transport, Transport::Off)
    }

    /// How a mail leaves.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Has this node's worker look at once, and not only when its rest is over.
    fn bell(&self) -> Sender<()> {
        self.ring.clone()
    }
}

/// Refuses settings with which no mail could be sent.
///
/// # Errors
/// A sentence for the operator.
pub fn check(settings: &Settings) -> std::result::Result<(), String> {
    let complete = settings.smtp_host.is_some() && settings.mail_from.is_some();
    if settings.mail_transport != MailTransport::Smtp || !complete {
        return Ok(());
    }
    let made = Transport::of(settings);
    made.map(|_| ()).map_err(|problem| problem.cause().unwrap_or("mail can't be sent").to_owned())
}
