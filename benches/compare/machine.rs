//! On what and with what it was measured.

use std::process::Command;

/// A paragraph.
pub fn described() -> String {
    format!(
        "{}; {} connections, the load generator on the same machine; Awasir {} with its defaults but no rate limits, \
         a log line for every request into a file.\n",
        machine(),
        crate::load::CONNECTIONS,
        env!("CARGO_PKG_VERSION"),
    )
}

/// The machine and what is installed on it.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "an unknown processor".to_owned());
    let memory =
        field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{cores} cores ({processor}), {} GiB of memory, Linux {}; {}; {}; SQLite {}",
        memory.map_or(0, |kibibytes| kibibytes / 1024 / 1024),
        kernel.trim(),
        version("rustc"),
        version("postgres"),
        sqlite(),
    )
}

/// The first value of this name in one of the kernel's tables.
fn field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn version(program: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let more: Vec<String> = debian.map(|entry| entry.path().join("bin").display().to_string()).collect();
    let output = Command::new(program).arg("--version").env("PATH", path + ":" + &more.join(":")).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| format!("no {program}"))
}

fn sqlite() -> String {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Version {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let asked = diesel::SqliteConnection::establish(":memory:").ok().and_then(|mut connection| {
        diesel::sql_query("select sqlite_version() as version").get_result::<Version>(&mut connection).ok()
    });
    asked.map_or_else(|| "?".to_owned(), |found| found.version)
}
