//! `awasir audit verify`.

use super::database::require_migrated;
use super::{CommandError, print};
use crate::config::Settings;
use crate::journal::sealing::Seal;
use crate::journal::verifying::{self, Fault, Finding};
use crate::types::Instant;

/// Goes through the journal's chain and says that it holds, or names the first entry that was altered, removed or
/// inserted, that should have its link by now, or of which something is gone that nobody erased.
///
/// # Errors
/// When one was; when the database cannot be reached; when `head` is no link.
pub fn audit_verify(settings: &Settings, head: Option<&str>) -> Result<(), CommandError> {
    let kept = head.map(|text| {
        Seal::parse(text).ok_or_else(|| {
            CommandError::usage("--head takes the number and the link as they were printed: SEQ:LINK")
        })
    });
    let kept = kept.transpose()?;
    let mut db = require_migrated(settings)?;
    match verifying::verify(&mut db, kept, Instant::system_now())? {
        Ok(verified) => {
            let waiting = match verified.waiting {
                0 => String::new(),
                count => format!(", {count} of them not sealed yet"),
            };
            print(&format!("The journal holds: {} entries{waiting}.\n", verified.entries))?;
            if verified.head == Seal::NONE {
                return print("Nothing is sealed yet.\n");
            }
            print(&format!("Its newest link is {}:{}\n", verified.head.seq, verified.head.hex()))?;
            match kept {
                Some(_) => Ok(()),
                None => print(
                    "Keep it apart from the database: that the newest entries were cut off, or all was written anew, is told by \
                     --head with a link from before alone.\n",
                ),
            }
        }
        Err(found) => Err(CommandError::new(told(&found))),
    }
}

fn told(found: &Finding) -> String {
    let what = match found.fault {
        Fault::Altered => "was altered",
        Fault::Removed => "was removed",
        Fault::Inserted => "was inserted",
        Fault::Unsealed => "is not sealed",
        Fault::Unaccounted => "has lost what no erasure accounts for",
    };
    let entry = found.entry.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("the journal does not hold: entry {}{entry} {what}: {}", found.seq, found.told)
}
