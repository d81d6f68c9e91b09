//! A relay between a node and PostgreSQL, which a test cuts and stops: what happens to that node's connections alone.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the relay does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Way {
    /// Passes on.
    Open,
    /// Has no connection and takes none.
    Cut,
    /// Keeps its connections and says nothing.
    Silent,
}

struct Shared {
    way: AtomicU8,
    connections: Mutex<Vec<UnixStream>>,
    upstream: PathBuf,
}

/// A relay; it ends when this goes.
pub struct Relay {
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
}

impl Relay {
    /// In front of the server whose sockets are in this folder.
    pub fn before(sockets: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("awasir-relay-").tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let upstream = sockets.join(".s.PGSQL.5432");
        let shared =
            Arc::new(Shared { way: AtomicU8::new(Way::Open as u8), connections: Mutex::default(), upstream });
        let accepting = Arc::downgrade(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(shared) = accepting.upgrade() else { return };
                shared.take(stream);
            }
        });
        Self { folder, shared }
    }

    /// Where a database is, through it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=awasir", self.folder.path().display())
    }

    /// From now on it does this.
    pub fn set(&self, way: Way) {
        self.shared.way.store(way as u8, Ordering::SeqCst);
        if way == Way::Cut {
            self.cut();
        }
    }

    /// Ends the connections that there are.
    pub fn cut(&self) {
        for connection in self.shared.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.set(Way::Cut);
        // Wakes the thread that accepts, which finds that nobody is there.
        let _ = UnixStream::connect(self.folder.path().join(".s.PGSQL.5432"));
    }
}

impl Shared {
    fn is(&self, way: Way) -> bool {
        self.way.load(Ordering::SeqCst) == way as u8
    }

    fn take(self: Arc<Self>, client: UnixStream) {
        if self.is(Way::Cut) {
            return;
        }
        let server = UnixStream::connect(&self.upstream).unwrap();
        let mut held = self.connections.lock().unwrap();
        for (from, to) in [(&client, &server), (&server, &client)] {
            let (from, to, way) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(&self));
            std::thread::spawn(move || way.pass(from, to));
        }
        held.extend([client, server]);
    }

    fn pass(&self, mut from: UnixStream, mut to: UnixStream) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            while self.is(Way::Silent) {
                std::thread::sleep(Duration::from_millis(2));
            }
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
