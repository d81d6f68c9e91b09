//! The load generator: 32 connections kept alive, each asking again as soon as it is answered.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How many ask at once, of everything that is measured.
pub const CONNECTIONS: usize = 32;
/// On how many threads.
pub const THREADS: usize = 2;
/// What stands where each request has a number of its own.
pub const NUMBER: &str = "000000000000";
/// Between the first request of a round and the first that counts.
const LEAD_IN: Duration = Duration::from_millis(200);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU64 = AtomicU64::new(1);

/// On Ctrl-C the run ends with a panic, by which all that it started is stopped and removed.
pub fn stop_on_interrupt() {
    std::thread::spawn(|| {
        runtime().block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                INTERRUPTED.store(true, Ordering::Relaxed);
            }
        });
    });
}

/// Where a request goes, and what status its answer is to have.
#[derive(Clone)]
pub struct Target {
    /// The server.
    pub address: SocketAddr,
    /// The request.
    pub request: Request,
    /// The only status that counts; any other ends the run.
    pub expected: u16,
}

/// A request's bytes.
#[derive(Clone)]
pub struct Request {
    bytes: Vec<u8>,
    /// Where [`NUMBER`] stands.
    numbers: Vec<usize>,
}

impl Request {
    /// With a JSON body if there is one.
    pub fn new(method: &str, path: &str, authorization: Option<&str>, body: Option<&str>) -> Self {
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n");
        if let Some(authorization) = authorization {
            text += &format!("Authorization: {authorization}\r\n");
        }
        if let Some(body) = body {
            text += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        text = text + "\r\n" + body.unwrap_or_default();
        let head = text.len() - body.map_or(0, str::len);
        let numbers = text.match_indices(NUMBER).map(|(at, _)| at).filter(|at| *at >= head).collect();
        Self { bytes: text.into_bytes(), numbers }
    }

    /// Gives the request a number that none had before.
    fn renew(&mut self) {
        if self.numbers.is_empty() {
            return;
        }
        let number = format!("{:0width$}", COUNT.fetch_add(1, Ordering::Relaxed), width = NUMBER.len());
        for at in &self.numbers {
            self.bytes[*at..*at + NUMBER.len()].copy_from_slice(number.as_bytes());
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its headers as they came.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Asks once.
pub fn once(target: &Target) -> Response {
    runtime().block_on(async {
        let mut asking = Asking::connect(target).await;
        asking.ask().await;
        asking.response()
    })
}

/// How long each of so many requests takes, one after the other on one connection, after one that doesn't count.
pub fn times(target: &Target, count: usize) -> Vec<Duration> {
    assert!(!INTERRUPTED.load(Ordering::Relaxed), "interrupted");
    runtime().block_on(async {
        let mut asking = Asking::connect(target).await;
        asking.ask().await;
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let began = Instant::now();
            asking.ask().await;
            times.push(began.elapsed());
        }
        times
    })
}

/// Answers in a second over this time, after a lead-in that doesn't count.
pub fn run(target: &Target, time: Duration) -> f64 {
    let begin = Instant::now() + LEAD_IN;
    let end = begin + time;
    let answered: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| scope.spawn(move || runtime().block_on(ask_for_a_while(target, begin, end))))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread of the load")).sum()
    });
    assert!(!INTERRUPTED.load(Ordering::Relaxed), "interrupted");
    answered as f64 / time.as_secs_f64()
}

async fn ask_for_a_while(target: &Target, begin: Instant, end: Instant) -> u64 {
    let one = || async {
        let mut asking = Asking::connect(target).await;
        let mut answered = 0;
        loop {
            asking.ask().await;
            let now = Instant::now();
            if now >= end {
                return answered;
            }
            answered += u64::from(now >= begin);
        }
    };
    futures_util::future::join_all((0..CONNECTIONS / THREADS).map(|_| one())).await.into_iter().sum()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// One connection.
struct Asking {
    stream: TcpStream,
    request: Request,
    expected: u16,
    buffer: Vec<u8>,
    /// How much of the buffer the answer fills, and where in it the body begins.
    filled: usize,
    body: usize,
}

impl Asking {
    async fn connect(target: &Target) -> Self {
        let stream = TcpStream::connect(target.address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let (request, expected) = (target.request.clone(), target.expected);
        Self { stream, request, expected, buffer: vec![0; 256 * 1024], filled: 0, body: 0 }
    }

    /// Sends the request and reads the whole answer.
    async fn ask(&mut self) {
        self.request.renew();
        self.stream.write_all(&self.request.bytes).await.expect("to be heard");
        self.filled = 0;
        let mut length = None;
        loop {
            assert!(self.filled < self.buffer.len(), "an answer of more than 256 KiB");
            let read = self.stream.read(&mut self.buffer[self.filled..]).await.expect("an answer");
            assert!(read > 0, "the server hung up");
            self.filled += read;
            if length.is_none() {
                length = self.length();
            }
            match length {
                Some(Length::Bytes(bytes)) if self.filled >= self.body + bytes => break,
                Some(Length::Chunked) if self.buffer[..self.filled].ends_with(b"\r\n0\r\n\r\n") => break,
                _ => {}
            }
        }
        let status = self.buffer.get(9..12).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
        if status != Some(self.expected) {
            let answer = String::from_utf8_lossy(&self.buffer[..self.filled]).into_owned();
            panic!("{} was expected, and this came: {answer}", self.expected);
        }
    }

    /// How long the body is, once the head is here.
    fn length(&mut self) -> Option<Length> {
        let here = &self.buffer[..self.filled];
        let mut line = 0;
        let mut length = Length::Bytes(0);
        while let Some(end) = here[line..].iter().position(|byte| *byte == b'\n').map(|end| line + end) {
            let text = &here[line..end];
            if text.len() <= 1 {
                self.body = end + 1;
                return Some(length);
            }
            if let Some(value) = value_of(text, b"content-length:") {
                length = Length::Bytes(value.trim().parse().ok()?);
            } else if value_of(text, b"transfer-encoding:").is_some() {
                length = Length::Chunked;
            }
            line = end + 1;
        }
        None
    }

    fn response(&self) -> Response {
        let head = String::from_utf8_lossy(&self.buffer[..self.body]).into_owned();
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        Response {
            status: self.expected,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: self.buffer[self.body..self.filled].to_vec(),
        }
    }
}

enum Length {
    Bytes(usize),
    Chunked,
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a str> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| str::from_utf8(value).ok()).flatten()
}
