//! Whether the database answers and is migrated: asked once for all who ask at the same time.

use std::time::{Duration, Instant as Monotonic};

use tokio::sync::Mutex;

use crate::db::{Database, migrations};
use crate::http::problem::{Problem, Result};

/// How long an answer is good for others: whoever floods `/readyz` doesn't flood the database.
const GOOD_FOR: Duration = Duration::from_millis(250);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last answer; why not, when it wasn't ready.
#[derive(Default)]
pub struct Readiness(Mutex<Option<(Monotonic, Option<String>)>>);

impl Readiness {
    /// Asks the database, unless somebody just did.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn check(&self, database: &Database) -> Result<()> {
        let mut last = self.0.lock().await;
        let known = last.take().filter(|(at, _)| at.elapsed() < GOOD_FOR);
        let (at, why) = match known {
            Some(known) => known,
            None => {
                let why = ask(database).await.err().map(|problem| problem.cause().unwrap_or("?").to_owned());
                (Monotonic::now(), why)
            }
        };
        *last = Some((at, why.clone()));
        why.map_or(Ok(()), |why| Err(Problem::unavailable(why)))
    }
}

async fn ask(database: &Database) -> Result<()> {
    let asked = tokio::time::timeout(PATIENCE, database.read(migrations::standing)).await;
    let standing = asked.map_err(|_| Problem::unavailable("the database gives no answer"))??;
    if standing.pending.is_empty() { Ok(()) } else { Err(Problem::unavailable("migrations are pending")) }
}
