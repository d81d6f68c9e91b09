//! A mail server for the tests: it speaks as much SMTP as is needed, encrypted or in clear, keeps what it is given, and
//! can be told to refuse, to break off, to be slow.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use awasir::config::{MailTransport, Secret, Settings, SmtpSecurity};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

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

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

/// What is said to one client.
struct Session {
    shared: Arc<Shared>,
    encrypted: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
}

/// The client is gone, or was left.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Session {
    fn new(shared: Arc<Shared>) -> Self {
        Self { shared, encrypted: false, user: None, from: String::new(), to: Vec::new() }
    }

    fn serve(mut self, stream: TcpStream) {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let _ = match self.shared.security {
            SmtpSecurity::Tls => {
                self.encrypt(stream).and_then(|mut stream| self.talk(&mut stream, true).map(drop))
            }
            _ => self.begin_in_clear(stream),
        };
    }

    fn encrypt(&mut self, stream: TcpStream) -> Result<StreamOwned<ServerConnection, TcpStream>, Over> {
        let connection = ServerConnection::new(Arc::clone(&self.shared.tls)).map_err(|_| Over)?;
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        self.encrypted = true;
        Ok(stream)
    }

    fn begin_in_clear(&mut self, mut stream: TcpStream) -> Result<(), Over> {
        if self.talk(&mut stream, true)? {
            let mut stream = self.encrypt(stream)?;
            self.talk(&mut stream, false)?;
        }
        Ok(())
    }

    /// Talks until the client goes (false) or asks for encryption (true).
    fn talk(&mut self, stream: &mut dyn Line, greets: bool) -> Result<bool, Over> {
        if greets {
            self.answer(stream, "greeting", "220 mail.example ready")?;
        }
        loop {
            let line = self.line(stream)?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let starttls = self.shared.offers_starttls && !self.encrypted;
                    let more = if starttls { "250-STARTTLS\r\n" } else { "" };
                    let sign_in = if self.encrypted { "250-AUTH PLAIN LOGIN\r\n" } else { "" };
                    self.answer(stream, "EHLO", &format!("250-mail.example\r\n{more}{sign_in}250 8BITMIME"))?;
                }
                "STARTTLS" => {
                    if self.answer(stream, "STARTTLS", "220 go ahead")? {
                        return Ok(true);
                    }
                }
                "AUTH" => self.sign_in(stream, rest)?,
                "MAIL" => {
                    (self.from, self.to) = (addressed(rest), Vec::new());
                    self.answer(stream, "MAIL", "250 ok")?;
                }
                "RCPT" => {
                    self.to.push(addressed(rest));
                    self.answer(stream, "RCPT", "250 ok")?;
                }
                "DATA" => {
                    if self.answer(stream, "DATA", "354 go on")? {
                        self.take(stream)?;
                    }
                }
                "QUIT" => {
                    self.answer(stream, "QUIT", "221 goodbye")?;
                    return Ok(false);
                }
                _ => drop(self.answer(stream, verb, "502 what?")?),
            }
        }
    }

    /// Answers a command, as usual or as it was told; whether as usual.
    fn answer(&self, stream: &mut dyn Line, verb: &str, usual: &str) -> Result<bool, Over> {
        let odd = self.odd(verb);
        self.say(stream, odd, usual)
    }

    fn say(&self, stream: &mut dyn Line, odd: Option<Oddity>, usual: &str) -> Result<bool, Over> {
        match odd {
            Some(Oddity::Break(_)) => return Err(Over),
            Some(Oddity::Wait(_, millis)) => std::thread::sleep(Duration::from_millis(millis)),
            _ => {}
        }
        let said = match odd {
            Some(Oddity::Answer(_, code)) => format!("{code} told so"),
            _ => usual.to_owned(),
        };
        stream.write_all(format!("{said}\r\n").as_bytes())?;
        stream.flush()?;
        Ok(said == usual)
    }

    fn odd(&self, verb: &str) -> Option<Oddity> {
        let mut oddities = self.shared.oddities.lock().unwrap();
        oddities.front().filter(|odd| odd.verb() == verb)?;
        oddities.pop_front()
    }

    fn sign_in(&mut self, stream: &mut dyn Line, rest: &str) -> Result<(), Over> {
        let given = match rest.split_once(' ') {
            Some(("PLAIN", given)) => decoded(given).split('\0').map(ToOwned::to_owned).collect(),
            _ => Vec::new(),
        };
        let [_, user, password] = &given[..] else { return Err(Over) };
        if (user.as_str(), password.as_str()) == CREDENTIALS {
            self.user = Some(user.clone());
            self.answer(stream, "AUTH", "235 welcome")?;
        } else {
            self.answer(stream, "AUTH", "535 who are you?")?;
        }
        Ok(())
    }

    fn take(&mut self, stream: &mut dyn Line) -> Result<(), Over> {
        let mut message = String::new();
        loop {
            let line = self.line(stream)?;
            if line == "." {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            message.push_str("\r\n");
        }
        let mail = Received {
            from: self.from.clone(),
            to: self.to.clone(),
            message,
            encrypted: self.encrypted,
            user: self.user.clone(),
        };
        let odd = self.odd(".");
        // Kept before it is said: whoever heard that it was taken finds it.
        if !matches!(odd, Some(Oddity::Break(_) | Oddity::Answer(..))) {
            self.shared.mails.lock().unwrap().push(mail);
        }
        match odd {
            Some(Oddity::TakeAndBreak | Oddity::Break(_)) => Err(Over),
            odd => self.say(stream, odd, "250 taken").map(|_| ()),
        }
    }

    fn line(&self, stream: &mut dyn Line) -> Result<String, Over> {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") {
            if stream.read(&mut byte)? == 0 {
                return Err(Over);
            }
            line.push(byte[0]);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if !self.encrypted {
            let mut said = self.shared.said_in_clear.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
        Ok(line)
    }
}

/// The address between the angle brackets.
fn addressed(rest: &str) -> String {
    let (_, behind) = rest.split_once('<').unwrap_or_default();
    behind.split('>').next().unwrap_or_default().to_owned()
}

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text.trim()).unwrap_or_default()).unwrap_or_default()
}
