//! pgbench: what PostgreSQL itself does with the same statements.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::load::{CONNECTIONS, THREADS};
use crate::seed::{self, Seed};

/// Statements for pgbench.
pub struct Script {
    /// What the table calls them.
    pub described: &'static str,
    name: &'static str,
    text: String,
}

impl Script {
    /// One row by its id.
    pub fn one(seed: &Seed) -> Self {
        let (columns, table) = (seed::COLUMNS, seed::THINGS);
        let text = format!("select {columns} from {table} where id = '{}' limit 1;\n", seed.one);
        Self { described: "pgbench: SELECT of that row", name: "one.sql", text }
    }

    /// Fifty rows, newest first, and the one by which it is known that there are more.
    pub fn list() -> Self {
        let (columns, table, among) = (seed::COLUMNS, seed::THINGS, seed::AMONG);
        let text = format!(
            "select {columns} from {table} where {among} order by created_at desc, id desc limit 51;\n"
        );
        Self { described: "pgbench: SELECT of 50", name: "list.sql", text }
    }

    /// The row and its journal entry in one transaction. Ids ascend, as Awasir's do.
    pub fn create() -> Self {
        let text = "\\set i :i + 1\n\
             \\set n :base + :i * 64 + :client_id\n\
             begin;\n\
             insert into communities (id, name, other_names, country, admin1_pcode, admin2_pcode, pcode, latitude, \
               longitude, folded_name, folded, created_by_organisation_id, version, created_at, updated_at) values \
               ((lpad(to_hex(:n::bigint), 12, '0') || '70008000' || lpad(to_hex(:n::bigint), 12, '0'))::uuid, \
               '{\"ar\": \"قرية 000000000000\", \"en\": \"Village 000000000000\"}', '[]', 'SD', null, null, '', \
               null, null, 'قريه ' || :n::bigint, 'قريه village ' || :n::bigint, \
               '0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d', 1, now(), now());\n\
             insert into journal_entries (id, seq, position, at, action, thing_kind, thing_id, thing_version, user_id, \
               session_id, organisation_id, request_id, digests) values \
               ((lpad(to_hex(:n::bigint), 12, '0') || '70009000' || lpad(to_hex(:n::bigint), 12, '0'))::uuid, null, 0, now(), \
               'community.created', 'community', \
               (lpad(to_hex(:n::bigint), 12, '0') || '70008000' || lpad(to_hex(:n::bigint), 12, '0'))::uuid, 1, \
               '0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d', '0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d', \
               '0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d', '0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d', \
               '{\"country\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\", \
                 \"created_by_organisation_id\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\", \
                 \"name\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\", \
                 \"other_names\": \"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"}');\n\
             end;\n"
            .to_owned();
        Self { described: "pgbench: the two INSERTs", name: "create.sql", text }
    }
}

/// The program and its database.
pub struct Pgbench {
    program: Option<PathBuf>,
    folder: PathBuf,
    url: String,
}

impl Pgbench {
    /// Looks for it.
    pub fn new(folder: &Path, url: String) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut folders =
            std::env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
        let program = folders.find(|folder| folder.join("pgbench").exists());
        Self { program: program.map(|found| found.join("pgbench")), folder: folder.to_owned(), url }
    }

    /// Whether it is installed.
    pub fn is_there(&self) -> bool {
        self.program.is_some()
    }

    /// Transactions in a second over this time, connecting left out; zero without the program.
    pub fn run(&self, script: &Script, time: Duration) -> f64 {
        static BASE: AtomicU64 = AtomicU64::new(1);
        let Some(program) = &self.program else { return 0.0 };
        let file = self.folder.join(script.name);
        std::fs::write(&file, &script.text).expect("to write the script down");
        let base = BASE.fetch_add(1, Ordering::Relaxed) << 32;
        let output = Command::new(program)
            .args(["-n", "-M", "prepared", "-D", "i=0", "-D", &format!("base={base}")])
            .args(["-c", &CONNECTIONS.to_string(), "-j", &THREADS.to_string()])
            .args(["-T", &time.as_secs().max(1).to_string(), "-f"])
            .arg(file)
            .arg(&self.url)
            .stdin(Stdio::null())
            .output()
            .expect("to run pgbench");
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        match rate {
            Some(rate) if output.status.success() => rate,
            _ => panic!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}
