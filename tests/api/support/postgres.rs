//! PostgreSQL for tests: the run's own server, with a fresh database for each test, and private servers
//! that a test may stop, kill and start.

#[path = "folder.rs"]
pub mod folder;

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use awasir::db::{Target, migrations};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

/// What keeps a server: it starts it, waits for a word on its standard input, and stops it. When this
/// process ends, however it ends, the input closes, and the server and its folder go.
const KEEPER: &str = r#"
bin=$1; base=$2; shift 2
"$bin/postgres" -D "$base/data" -k "$base" -c listen_addresses= -c unix_socket_permissions=0777 "$@" \
  >> "$base/log" 2>&1 < /dev/null &
pid=$!
how=END
read -r how || how=END
case $how in
  FAST) kill -INT $pid ;;
  KILL) kill -KILL $pid; pkill -KILL -P $pid 2> /dev/null ;;
  *) kill -QUIT $pid ;;
esac
wait $pid
if [ "$how" != FAST ] && [ "$how" != KILL ]; then cd / && rm -rf "$base"; fi
"#;

/// A server with a folder of its own.
pub struct Cluster {
    bin: PathBuf,
    base: PathBuf,
    user: Option<(u32, u32)>,
    settings: Vec<String>,
    keeper: Option<Child>,
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// Clients are disconnected, everything is written.
    Fast,
    /// As if the power went.
    Immediately,
}

impl Cluster {
    /// Makes one and starts it; `durable` for tests that pull its plug.
    fn new(bin: &Path, durable: bool) -> Self {
        let base = if durable { folder::lasting("awasir-pg-") } else { folder::passing("awasir-pg-") }.keep();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&base, Some(uid), Some(gid)).unwrap();
        }
        let mut settings: Vec<String> =
            ["max_connections=300", "shared_buffers=64MB", "log_min_messages=error", "max_wal_size=256MB"]
                .map(str::to_owned)
                .into();
        if !durable {
            let fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];
            settings.extend(fast.map(str::to_owned));
        }
        let mut cluster = Self { bin: bin.to_owned(), base, user, settings, keeper: None };
        let mut initdb = cluster.command(&bin.join("initdb"));
        initdb.args([
            "--username=awasir",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
        ]);
        let output = initdb.arg(cluster.base.join("data")).output().unwrap();
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        cluster.start();
        cluster
    }

    /// A server that only this test uses; none when PostgreSQL isn't installed here.
    pub fn private(durable: bool) -> Option<Self> {
        programs().map(|bin| Self::new(&bin, durable))
    }

    /// Starts it anew with further settings, which go before those that it had.
    pub fn restart_with(&mut self, settings: &[&str]) {
        self.stop(Stop::Fast);
        self.settings.extend(settings.iter().map(|setting| (*setting).to_owned()));
        self.start();
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.base).env_remove("PGDATA").env("LC_ALL", "C").process_group(0);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts it, and waits until it answers.
    pub fn start(&mut self) {
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", KEEPER, "keeper"]).arg(&self.bin).arg(&self.base);
        command.args(self.settings.iter().flat_map(|setting| ["-c", setting.as_str()]));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.keeper = Some(command.spawn().unwrap());
        let (began, url) = (Instant::now(), self.url("postgres"));
        while PgConnection::establish(&url).is_err() {
            let log = std::fs::read_to_string(self.base.join("log")).unwrap_or_default();
            assert!(began.elapsed() < Duration::from_secs(30), "PostgreSQL does not start: {log}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Stops it, and waits until it is gone.
    pub fn stop(&mut self, how: Stop) {
        if let Some(mut keeper) = self.keeper.take() {
            let word: &[u8] = match how {
                Stop::Fast => b"FAST\n",
                Stop::Immediately => b"KILL\n",
            };
            keeper.stdin.take().unwrap().write_all(word).unwrap();
            keeper.wait().unwrap();
        }
    }

    /// Has it hang (`SIGSTOP`), or go on (`SIGCONT`): the server and the processes that it started.
    pub fn hang(&self, hangs: bool) {
        let file = std::fs::read_to_string(self.base.join("data/postmaster.pid")).unwrap();
        let postmaster = file.lines().next().unwrap().trim();
        let children = std::fs::read_to_string(format!("/proc/{postmaster}/task/{postmaster}/children"));
        let mut pids = vec![postmaster.to_owned()];
        pids.extend(children.unwrap_or_default().split_whitespace().map(str::to_owned));
        let signal = if hangs { "-STOP" } else { "-CONT" };
        // One that has ended meanwhile is no matter.
        let _ = Command::new("kill").arg(signal).args(&pids).stderr(Stdio::null()).status().unwrap();
    }

    /// Where a database of it is.
    pub fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=awasir", self.base.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            self.hang(false);
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        } else {
            let _ = std::fs::remove_dir_all(&self.base);
        }
    }
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

/// The folder of PostgreSQL's own programs: in the `PATH`, or where Debian keeps them.
fn programs() -> Option<PathBuf> {
    let has_all = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort_by_key(|folder| {
        let version = folder.parent().and_then(|parent| parent.file_name()?.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version.unwrap_or(0))
    });
    std::env::split_paths(&path).chain(versions).find(has_all)
}

/// The run's server: where it is, and that a migrated database is there to be copied.
struct Shared {
    url: String,
    _cluster: Option<Cluster>,
    copying: Mutex<()>,
    template: String,
}

static SHARED: LazyLock<Option<Shared>> = LazyLock::new(|| {
    let (url, cluster) = match std::env::var("AWASIR_TEST_POSTGRES_URL") {
        Ok(url) => (url, None),
        Err(_) => {
            let cluster = Cluster::new(&programs()?, false);
            (cluster.url("postgres"), Some(cluster))
        }
    };
    let template = name("template");
    execute(&url, &format!("create database \"{template}\" template template0 encoding 'UTF8'"));
    migrations::migrate(&Target::Postgres(within(&url, &template))).unwrap();
    Some(Shared { url, _cluster: cluster, copying: Mutex::new(()), template })
});

/// Whether PostgreSQL can be had. Says so when it can't, and fails where it must be.
pub fn is_there(test: &str) -> bool {
    if SHARED.is_some() {
        return true;
    }
    skipped(test);
    false
}

/// Says, past the capturing of tests' output, that a test was skipped.
pub fn skipped(test: &str) {
    let required = std::env::var("AWASIR_TEST_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(!required, "AWASIR_TEST_REQUIRE_POSTGRES=1, but PostgreSQL is neither named nor installed");
    let line = format!("skipped, for there is no PostgreSQL: {test}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// A database that goes when this does.
pub struct Database {
    admin: String,
    name: String,
    /// Where it is.
    pub url: String,
}

impl Database {
    /// A migrated one on the run's server.
    pub fn migrated() -> Self {
        let shared = SHARED.as_ref().unwrap();
        Self::copy(&shared.url, &shared.template)
    }

    /// An empty one on the run's server.
    pub fn empty() -> Self {
        Self::copy(&SHARED.as_ref().unwrap().url, "template0")
    }

    fn copy(admin: &str, template: &str) -> Self {
        let _one_at_a_time =
            SHARED.as_ref().unwrap().copying.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let name = name("test");
        execute(admin, &format!("create database \"{name}\" template \"{template}\" encoding 'UTF8'"));
        Self { admin: admin.to_owned(), url: within(admin, &name), name }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.admin) {
            let _ = connection.batch_execute(&format!("drop database \"{}\" with (force)", self.name));
        }
    }
}

/// Runs a statement at a URL.
#[track_caller]
pub fn execute(url: &str, statement: &str) {
    PgConnection::establish(url).unwrap().batch_execute(statement).unwrap();
}

/// A name that no other run on the same server takes.
fn name(kind: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("awasir_{kind}_{}_{count}", std::process::id())
}

/// The same server's URL with another database.
fn within(url: &str, database: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let (scheme, rest) = address.split_once("://").unwrap();
    let authority = rest.split('/').next().unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}/{database}{query}")
}
