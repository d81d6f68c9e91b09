//! What the mail server says to one client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use awasir::config::SmtpSecurity;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::{ServerConnection, StreamOwned};

use super::{CREDENTIALS, Oddity, Received, Shared};

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

/// What is said to one client.
pub(super) struct Session {
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
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, encrypted: false, user: None, from: String::new(), to: Vec::new() }
    }

    pub(super) fn serve(mut self, stream: TcpStream) {
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
