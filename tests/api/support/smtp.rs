//! A mail server for the tests: it speaks as much SMTP as is needed, encrypted or in clear, keeps what it is given, and
//! can be told to refuse, to break off, to be slow.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use awasir::config::{MailTransport, Secret, Settings, SmtpSecurity};
use rustls::ServerConfig;

mod session;

use session::Session;

use super::authority::Authority;
use super::eventually;
use super::letter::{Letter, token_in};

/// With what a client signs in.
pub const CREDENTIALS: (&str, &str) = ("awasir", "a password of the mail server's");

/// Whom mails are from.
pub const FROM: &str = "\"شبكة أواصر\" <network@awasir.example>";

/// What the server does instead of what it would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Answers a command with this code.
    Answer(&'static str, u16),
    /// Breaks the connection off at a command. `"."` is the end of a message.
    Break(&'static str),
    /// Takes the message, and breaks off before it says so.
    TakeAndBreak,
    /// Waits so many milliseconds before it answers a command.
    Wait(&'static str, u64),
}

impl Oddity {
    fn verb(self) -> &'static str {
        match self {
            Self::Answer(verb, _) | Self::Break(verb) | Self::Wait(verb, _) => verb,
            Self::TakeAndBreak => ".",
        }
    }
}

/// A mail as the server got it.
#[derive(Clone)]
pub struct Received {
    /// Whom the envelope says it is from.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
    /// The message as it came.
    pub message: String,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
}

impl Received {
    /// The message, read.
    #[track_caller]
    pub fn letter(&self) -> Letter {
        Letter::read(&self.message)
    }

    /// The token in its link.
    #[track_caller]
    pub fn token(&self) -> String {
        token_in(&self.letter().text)
    }
}

struct Shared {
    security: SmtpSecurity,
    offers_starttls: bool,
    tls: Arc<ServerConfig>,
    oddities: Mutex<VecDeque<Oddity>>,
    mails: Mutex<Vec<Received>>,
    said_in_clear: Mutex<String>,
    connections: AtomicUsize,
    stopped: AtomicBool,
}

/// The server; it stops when this goes.
pub struct Smtp {
    port: u16,
    authority: tempfile::TempDir,
    shared: Arc<Shared>,
}

/// Which certificate the server shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// One that was issued for it.
    ItsOwn,
    /// One for another name.
    AnothersName,
    /// One by an authority that nobody knows.
    AnUnknownAuthoritys,
}

impl Smtp {
    /// With STARTTLS, or whatever is asked for.
    pub fn start(security: SmtpSecurity) -> Self {
        Self::with(security, true, Shows::ItsOwn)
    }

    /// The same, which says that it can STARTTLS or does not, and shows this certificate.
    pub fn with(security: SmtpSecurity, offers_starttls: bool, shows: Shows) -> Self {
        let authority = tempfile::tempdir().unwrap();
        let issuer = Authority::known();
        std::fs::write(authority.path().join("ca.pem"), issuer.pem()).unwrap();
        let tls = match shows {
            Shows::ItsOwn => issuer.server("127.0.0.1"),
            Shows::AnothersName => issuer.server("mail.elsewhere.example"),
            Shows::AnUnknownAuthoritys => Authority::new().server("127.0.0.1"),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let shared = Arc::new(Shared {
            security,
            offers_starttls: offers_starttls && security == SmtpSecurity::StartTls,
            tls: Arc::new(tls),
            oddities: Mutex::default(),
            mails: Mutex::default(),
            said_in_clear: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let port = listener.local_addr().unwrap().port();
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), shared) = (stream, Arc::clone(&serving)) else { continue };
                shared.connections.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || Session::new(shared).serve(stream));
            }
        });
        Self { port, authority, shared }
    }

    /// Has the settings name it. The tests take the worker's steps themselves.
    pub fn settings(&self, settings: &mut Settings) {
        settings.mail_transport = MailTransport::Smtp;
        settings.mail_from = FROM.parse().ok();
        settings.mail_worker = false;
        settings.smtp_host = Some("127.0.0.1".to_owned());
        settings.smtp_port = self.port;
        settings.smtp_security = self.shared.security;
        settings.smtp_timeout_seconds = 10;
        settings.public_url = "https://net.example".to_owned();
        if self.shared.security != SmtpSecurity::None {
            settings.smtp_ca_file = Some(self.authority());
            settings.smtp_username = Some(CREDENTIALS.0.to_owned());
            settings.smtp_password = Some(Secret::new(CREDENTIALS.1));
        }
    }

    /// The file with its authority's certificate.
    pub fn authority(&self) -> PathBuf {
        self.authority.path().join("ca.pem")
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has it do something odd, once, the next time that this command comes.
    pub fn once(&self, oddity: Oddity) {
        self.shared.oddities.lock().unwrap().push_back(oddity);
    }

    /// What it was given until now, in order.
    pub fn mails(&self) -> Vec<Received> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// The mails for somebody.
    pub fn mails_to(&self, address: &str) -> Vec<Received> {
        self.mails().into_iter().filter(|mail| mail.to == [address]).collect()
    }

    /// The only mail that it was given.
    #[track_caller]
    pub fn only_mail(&self) -> Received {
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1, "mails to {:?}", mails.iter().map(|mail| &mail.to).collect::<Vec<_>>());
        mails.remove(0)
    }

    /// Waits for so many mails.
    #[track_caller]
    pub fn await_mails(&self, count: usize) -> Vec<Received> {
        eventually("the mails arrive", Duration::from_secs(10), || self.mails().len() >= count);
        self.mails()
    }

    /// All that was said to it before the connection was encrypted.
    pub fn said_in_clear(&self) -> String {
        self.shared.said_in_clear.lock().unwrap().clone()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}
