//! Processes that go when they are no longer held.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A child; dropped, it is killed and waited for.
pub struct Process(Child);

impl Process {
    /// Starts it in a group of its own: Ctrl-C is this process's to hear.
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.process_group(0).spawn().expect("a process"))
    }

    /// Its memory that is in RAM, in bytes.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<u64>().map_or(0, |kibibytes| kibibytes * 1024)
    }

    /// Its standard output.
    pub fn output(&mut self) -> std::process::ChildStdout {
        self.0.stdout.take().expect("its standard output")
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An address on which nobody listens, for one who is told where to.
pub fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a port")
}

/// Waits until `GET path` is answered with 200; how long it took.
pub fn wait_until_ready(process: &mut Process, address: SocketAddr, path: &str) -> Duration {
    use std::io::{Read as _, Write as _};
    let began = Instant::now();
    let ready = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    };
    while !ready().unwrap_or(false) {
        assert!(process.runs(), "the server ended");
        assert!(began.elapsed() < Duration::from_secs(20), "the server isn't ready after 20 seconds");
        std::thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}
