//! The binary as a process of its own, for tests that kill it and for the command line.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::client::Client;
use super::eventually;
use super::server::Place;

/// `awasir serve`, running.
pub struct Served {
    child: Child,
    /// Its address.
    pub url: String,
    said: Arc<Mutex<Vec<String>>>,
}

/// A command of the binary for this place.
pub fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awasir"));
    command
        .args(arguments)
        .env_clear()
        .env("AWASIR_DATABASE_URL", &place.url)
        .env("AWASIR_DATA_DIR", place.folder.path())
        .env("AWASIR_PUBLIC_URL", "http://127.0.0.1")
        .env("AWASIR_RATE_LIMIT", "off")
        .env("AWASIR_ARGON2_MEMORY_KIB", "7168")
        .env("AWASIR_ARGON2_ITERATIONS", "1")
        .stdin(Stdio::null())
        .current_dir(place.folder.path());
    command
}

/// Runs a command to its end.
pub fn run(place: &Place, arguments: &[&str]) -> Output {
    command(place, arguments).output().unwrap()
}

impl Served {
    /// Starts it on a free port and waits until it is ready.
    pub fn start(place: &Arc<Place>) -> Self {
        Self::start_with(place, &[])
    }

    /// The same, with settings in its environment.
    pub fn start_with(place: &Arc<Place>, settings: &[(&str, &str)]) -> Self {
        let served = Self::spawn_with(place, settings);
        let stranger = Client::stranger(&served.url, None);
        eventually("the process is ready", Duration::from_secs(30), || {
            stranger.get("/readyz").try_send().is_some_and(|reply| reply.status == 200)
        });
        served
    }

    /// Starts it and waits for nothing.
    pub fn spawn(place: &Arc<Place>) -> Self {
        Self::spawn_with(place, &[])
    }

    fn spawn_with(place: &Arc<Place>, settings: &[(&str, &str)]) -> Self {
        // Taken and given back: nobody else asks for it in the moment between.
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let mut child = command(place, &["serve", "--listen", &address])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let verbose = std::env::var_os("AWASIR_TEST_LOG").is_some();
        for stream in [
            child.stdout.take().map(|stream| Box::new(stream) as Box<dyn std::io::Read + Send>),
            child.stderr.take().map(|stream| Box::new(stream) as Box<dyn std::io::Read + Send>),
        ] {
            let lines = BufReader::new(stream.unwrap()).lines();
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    if verbose {
                        eprintln!("awasir: {line}");
                    }
                    said.lock().unwrap().push(line);
                }
            });
        }
        Self { child, url: format!("http://{address}"), said }
    }

    /// All that it has written so far, to standard output and in its log.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as an operator does, and waits until it has.
    pub fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap();
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
