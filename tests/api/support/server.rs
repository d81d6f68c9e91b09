//! A server in this process, on a database of its own.

use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use awasir::app::App;
use awasir::config::Settings;
use awasir::db::schema::journal_entries;
use awasir::db::{Db, Engine, Target, migrations};
use awasir::journal::reader::{self, JournalEntry};
use awasir::server::{self, Background};
use awasir::types::{Clock, IdMaker};
use diesel::prelude::*;

use super::client::Client;
use super::{eventually, postgres};

/// Where a test's records are. What it made goes with it.
pub struct Place {
    /// Of the SQLite file and the master key.
    pub folder: tempfile::TempDir,
    /// The database.
    pub url: String,
    _database: Option<postgres::Database>,
}

impl Place {
    /// A migrated database.
    pub fn migrated(engine: Engine) -> Arc<Self> {
        match engine {
            Engine::Sqlite => {
                let place = Self::empty(engine);
                std::fs::write(place.folder.path().join("awasir.db"), &*TEMPLATE).unwrap();
                place
            }
            Engine::Postgres => {
                let database = postgres::Database::migrated();
                let url = database.url.clone();
                Arc::new(Self { folder: folder(), url, _database: Some(database) })
            }
        }
    }

    /// A database in which nothing is; on SQLite, not even the file.
    pub fn empty(engine: Engine) -> Arc<Self> {
        let folder = folder();
        let (url, database) = match engine {
            Engine::Sqlite => (format!("sqlite://{}", folder.path().join("awasir.db").display()), None),
            Engine::Postgres => {
                let database = postgres::Database::empty();
                (database.url.clone(), Some(database))
            }
        };
        Arc::new(Self { folder, url, _database: database })
    }

    /// One at this URL, which somebody else looks after.
    pub fn at(url: &str) -> Arc<Self> {
        Arc::new(Self { folder: folder(), url: url.to_owned(), _database: None })
    }

    /// The database, for the library.
    pub fn target(&self) -> Target {
        Target::parse(&self.url).unwrap()
    }

    /// A connection.
    pub fn connect(&self) -> Db {
        self.target().connect().unwrap()
    }

    /// The settings of tests for it.
    pub fn settings(&self) -> Settings {
        Settings::for_tests(self.folder.path(), &self.url)
    }
}

fn folder() -> tempfile::TempDir {
    postgres::folder::passing("awasir-test-")
}

/// A migrated SQLite file, to be written down for each test.
static TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = folder();
    let path = folder.path().join("awasir.db");
    migrations::migrate(&Target::Sqlite(path.clone())).unwrap();
    std::fs::read(path).unwrap()
});

/// A server in this process; it stops when this goes.
pub struct TestServer {
    /// What its calls share: settings, clock, database, keys.
    pub app: Arc<App>,
    /// Its address: `http://127.0.0.1:…`
    pub url: String,
    /// Where its records are.
    pub place: Arc<Place>,
    handle: ServerHandle,
    background: Background,
    thread: Option<JoinHandle<()>>,
    looking: Arc<Looking>,
}

/// A connection to look into the tables with.
pub struct Looking(Mutex<Option<Db>>, Target);

impl Looking {
    /// Looks.
    pub fn with<T>(&self, look: impl FnOnce(&mut Db) -> T) -> T {
        let mut held = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        look(held.get_or_insert_with(|| self.1.connect().unwrap()))
    }
}

impl TestServer {
    /// On a migrated database of its own.
    pub fn start(engine: Engine) -> Self {
        Self::with(engine, |_| {})
    }

    /// The same, with settings of the test's own.
    pub fn with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on(Place::migrated(engine), change)
    }

    /// On a place that is there already: a second node, or the same again.
    pub fn on(place: Arc<Place>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = place.settings();
        change(&mut settings);
        let clock = Clock::shifted();
        let app = App::build(settings, clock.clone(), IdMaker::system(clock)).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (told, telling) = channel();
        let shared = Arc::clone(&app);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = server::start(&shared, listener).unwrap();
                drop(shared);
                told.send((running.address, running.server.handle(), running.background)).unwrap();
                running.server.await.unwrap();
            });
        });
        let (address, handle, background) = telling.recv().unwrap();
        let looking = Arc::new(Looking(Mutex::new(None), place.target()));
        Self {
            app,
            url: format!("http://{address}"),
            place,
            handle,
            background,
            thread: Some(thread),
            looking,
        }
    }

    /// Which engine it runs on.
    pub fn engine(&self) -> Engine {
        self.app.database.engine()
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Client {
        Client::stranger(&self.url, Some(Arc::clone(&self.looking)))
    }

    /// Looks into the tables.
    pub fn look<T>(&self, look: impl FnOnce(&mut Db) -> T) -> T {
        self.looking.with(look)
    }

    /// Has the next look open a new connection: the database is about to be stopped.
    pub fn look_anew(&self) {
        *self.looking.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
    }

    /// The connection to look with, to be shared with a client.
    pub fn looking(&self) -> Arc<Looking> {
        Arc::clone(&self.looking)
    }

    /// Lets time pass, and waits until the server knows again what was revoked.
    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
        eventually("a fresh view of the revocations", Duration::from_secs(5), || {
            self.app.revocations.is_fresh(self.app.clock.now())
        });
    }

    /// Every journal entry in the order of `seq`, once all have one.
    pub fn journal(&self) -> Vec<JournalEntry> {
        eventually("the journal is numbered", Duration::from_secs(10), || {
            let waiting: i64 = self.look(|db| {
                journal_entries::table.filter(journal_entries::seq.is_null()).count().get_result(db).unwrap()
            });
            waiting == 0
        });
        self.look(|db| reader::after(db, 0, 1_000_000).unwrap())
    }

    /// The actions journaled of a thing, in order.
    pub fn actions_on(&self, thing: &str) -> Vec<String> {
        let entries = self.journal().into_iter();
        entries.filter(|entry| entry.thing_id.0.to_string() == thing).map(|entry| entry.action).collect()
    }

    /// Stops it and waits until it is gone.
    pub fn stop(&mut self) {
        self.background.stop();
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// A new e-mail address.
    pub fn new_email(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        format!("person{}@example.org", COUNT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder of a place, as the settings have it.
pub fn data_folder(place: &Place) -> &Path {
    place.folder.path()
}
