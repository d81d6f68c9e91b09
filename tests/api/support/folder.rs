//! Where the files of tests are.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

/// Linux keeps what is in it in memory.
const IN_MEMORY: &str = "/dev/shm";
/// How much room it must have: the databases of a few tests at a time, and PostgreSQL's log.
const ROOM: u64 = 2 << 30;

/// A folder for what need not last: hundreds of databases are made and dropped, of hundreds of files each, and on a disk
/// that takes longer than the tests do. `TMPDIR` says where, if it is set.
pub fn passing(prefix: &str) -> TempDir {
    static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
        let chosen = std::env::var_os("TMPDIR").is_some() || !has_room(Path::new(IN_MEMORY));
        if chosen { std::env::temp_dir() } else { IN_MEMORY.into() }
    });
    tempfile::Builder::new().prefix(prefix).tempdir_in(&*PLACE).unwrap()
}

/// A folder on a disk, for what a test sees survive.
pub fn lasting(prefix: &str) -> TempDir {
    tempfile::Builder::new().prefix(prefix).tempdir().unwrap()
}

fn has_room(place: &Path) -> bool {
    rustix::fs::statvfs(place).is_ok_and(|found| found.f_bavail.saturating_mul(found.f_frsize) >= ROOM)
        && tempfile::tempdir_in(place).is_ok()
}
