//! `awasir serve`.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use super::{CommandError, ServeOptions, database, print};
use crate::access::keys;
use crate::access_tokens::uses;
use crate::app::{self, App};
use crate::config::{MailTransport, Settings};
use crate::db::migrations;
use crate::server::{self, Running};
use crate::types::{Clock, IdMaker};

/// Runs the server until it is told to stop.
///
/// # Errors
/// When it cannot start: the database, the address, the master key.
pub fn serve(settings: &Settings, options: ServeOptions) -> Result<(), CommandError> {
    if options.demo && !settings.listen.ip().is_loopback() {
        return Err(CommandError::new(format!(
            "--demo has passwords that everybody knows and listens on loopback only, not on {}",
            settings.listen
        )));
    }
    if options.demo && settings.mail_transport == MailTransport::Smtp {
        return Err(CommandError::new(
            "--demo invites people who don't exist: it goes with mail_transport = \"off\" or \"log\"",
        ));
    }
    if options.no_migrate {
        database::require_migrated(settings)?;
    } else {
        let applied = migrations::migrate(&app::target(settings)?)?;
        if !applied.is_empty() {
            log::info!(
                "applied {} migrations, up to {}",
                applied.len(),
                applied.last().map_or("", String::as_str)
            );
        }
    }
    let listener = bind(settings.listen)?;
    let mut settings = settings.clone();
    // With port 0 the system chose: links and tokens name the real address, unless one is set.
    let address = listener.local_addr()?;
    if settings.listen.port() == 0 && settings.public_url == format!("http://{}", settings.listen) {
        settings.public_url = format!("http://{address}");
    }
    // The demonstration has a past, which is made before anybody is answered.
    let clock = if options.demo { Clock::shifted() } else { Clock::system() };
    let app = App::build(settings, clock.clone(), IdMaker::system(clock))?;
    // Of a key that is there: without one nothing was started.
    if let Some(warning) = keys::shares_folder(&app.settings) {
        log::warn!("{warning}");
    }
    actix_web::rt::System::new().block_on(run(app, listener, options.demo))
}

fn bind(address: std::net::SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address)
        .map_err(|error| CommandError::new(format!("cannot listen on {address}: {error}")))
}

async fn run(app: Arc<App>, listener: TcpListener, demo: bool) -> Result<(), CommandError> {
    let metrics = match app.settings.metrics_listen {
        Some(address) => Some(server::start_metrics(&app, bind(address)?)?),
        None => None,
    };
    let Running { server, address, background } = server::start(&app, listener)?;
    let handle = server.handle();
    if demo {
        // Its workers run already, but nobody knows the address yet.
        for line in crate::demo::load(&app).await? {
            print(&format!("{line}\n"))?;
        }
    }
    print(&format!("Awasir answers on http://{address} (the API at /v1, its description at /docs)\n"))?;
    let patience = Duration::from_secs(app.settings.shutdown_seconds);
    actix_web::rt::spawn(async move {
        asked_to_stop().await;
        log::info!("stopping: requests under way have {} seconds", patience.as_secs());
        handle.stop(true).await;
    });
    let ended = server.await;
    background.stop();
    if let Some(metrics) = metrics {
        metrics.stop(false).await;
    }
    if let Err(problem) = uses::write_down(&app).await {
        log::warn!("the last uses of access tokens are lost: {}", problem.cause().unwrap_or("?"));
    }
    // What is in the log goes into the file, which is then all there is to copy.
    app.database.forget_log().await;
    ended.map_err(|error| CommandError::new(format!("the server ended: {error}")))
}

/// Ctrl-C, or SIGTERM.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(error) => {
                log::warn!("SIGTERM is not heard: {error}");
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
