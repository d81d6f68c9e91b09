//! Logging: what the code says through [`log`], and one line for each request.
//!
//! Both go through one buffer that a thread of its own writes to standard error ([`writer`]), so
//! that no thread which answers requests ever waits for a terminal or a pipe. Lines are text for
//! people or JSON objects for machines ([`lines`]).
//!
//! What never stands in a log: tokens, passwords, bodies, query strings. A [`RequestLine`] has the
//! route's pattern, not the path, and no room for the rest.

mod lines;
mod writer;

pub use lines::RequestLine;

use std::sync::OnceLock;
use std::time::SystemTime;

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::config::{LogFormat, Settings};
use writer::Writer;

/// The target under which requests are logged; `awasir::request=off` switches the lines off.
pub const REQUESTS: &str = "awasir::request";

/// What [`request`] needs, once [`init`] was called.
struct Requests {
    writer: &'static Writer,
    format: LogFormat,
    /// From which status on requests are logged: 0 is every one, `None` is none.
    from_status: Option<u16>,
}

static WRITER: OnceLock<Writer> = OnceLock::new();
static REQUEST_LOG: OnceLock<Requests> = OnceLock::new();

/// The logger behind the `log` macros: env_logger's filter, our lines, our writer.
struct Lines {
    filter: env_logger::Logger,
    writer: &'static Writer,
    format: LogFormat,
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.filter.enabled(metadata)
    }

    fn log(&self, record: &Record<'_>) {
        if self.filter.matches(record) {
            self.writer.append(|out| lines::record(out, self.format, SystemTime::now(), record));
        }
    }

    fn flush(&self) {
        self.writer.flush();
    }
}

/// Starts logging as the settings say. Only the first call counts, so tests may call it freely.
///
/// # Errors
/// When the thread that writes cannot be started.
pub fn init(settings: &Settings) -> std::io::Result<()> {
    if WRITER.get().is_some() {
        return Ok(());
    }
    let writer = WRITER.get_or_init(Writer::default);
    writer.start(std::io::stderr())?;
    let filter = env_logger::Builder::new().parse_filters(&settings.log).build();
    let enabled = |level| filter.enabled(&Metadata::builder().level(level).target(REQUESTS).build());
    let from_status = if enabled(Level::Info) {
        Some(0)
    } else if enabled(Level::Warn) {
        Some(429)
    } else {
        enabled(Level::Error).then_some(500)
    };
    let most: LevelFilter = filter.filter();
    let format = settings.log_format;
    // Another logger may stand already, in a test that brought its own.
    if log::set_boxed_logger(Box::new(Lines { filter, writer, format })).is_ok() {
        log::set_max_level(most);
    }
    REQUEST_LOG.get_or_init(|| Requests { writer, format, from_status });
    Ok(())
}

/// Logs an answered request. Costs well under a microsecond; before [`init`] it does nothing.
pub fn request(line: &RequestLine<'_>) {
    if let Some(requests) = REQUEST_LOG.get()
        && requests.from_status.is_some_and(|from| line.status >= from)
    {
        requests.writer.append(|out| line.write(out, requests.format, SystemTime::now()));
    }
}

/// Waits until everything logged so far is written; to be called before the process ends.
pub fn flush() {
    if let Some(writer) = WRITER.get() {
        writer.flush();
    }
}
