//! A reading thread.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::Receiver;

use super::keeper::Keeper;
use super::{Health, ReadJob};

/// Takes jobs until the last handle on the database is gone.
pub(super) fn run(jobs: &Receiver<ReadJob>, mut keeper: Keeper) {
    for job in jobs {
        match catch_unwind(AssertUnwindSafe(|| job(keeper.connection()))) {
            Ok(Health::Fine) => {}
            Ok(Health::Doubtful) => keeper.forget_if_broken(),
            Err(_) => {
                log::error!("a read panicked; its connection is opened anew");
                keeper.forget();
            }
        }
    }
}
