//! Builds the web server; the same function serves the binary and the tests.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::{Server, ServerHandle, Service as _};
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, Condition};
use actix_web::{App as WebApp, HttpRequest, HttpResponse, HttpServer, guard, web};

use crate::access::follower;
use crate::app::App;
use crate::http::encoding;
use crate::http::operation::{Operation, Refusals};
use crate::http::pipeline;
use crate::http::problem::{Problem, Result};
use crate::journal::sequencer;
use crate::metrics::Measure;
use crate::{housekeeping, mail, routes};

/// A server that listens.
pub struct Running {
    /// To be awaited: serves until stopped.
    pub server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// What stops its background threads.
    pub background: Background,
}

/// The server's background threads; they stop with it.
#[derive(Clone, Default)]
pub struct Background(Arc<AtomicBool>);

impl Background {
    /// Asks the threads to end.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn stopped(&self) -> impl Fn() -> bool + Send + 'static {
        let flag = Arc::clone(&self.0);
        move || flag.load(Ordering::Acquire)
    }
}

/// Starts serving on a listener: the web server's workers and the background threads.
///
/// # Errors
/// `internal` when the listener can't be used; `unavailable` when the database is out of reach.
pub fn start(app: &Arc<App>, listener: TcpListener) -> Result<Running> {
    follower::start(app)?;
    let background = Background::default();
    sequencer::start(app, background.stopped())?;
    housekeeping::start(app, background.stopped())?;
    mail::worker::start(app, background.stopped())?;
    let address = listener.local_addr().map_err(Problem::internal)?;
    let workers = match app.settings.workers {
        0 => std::thread::available_parallelism().map_or(2, usize::from),
        workers => workers,
    };
    let operations: Arc<[Arc<Operation>]> = routes::table().into_iter().map(Arc::new).collect();
    let shared = Arc::clone(app);
    let server = HttpServer::new(move || {
        WebApp::new()
            .wrap(Compress::default())
            .wrap(Condition::new(!shared.settings.cors_origins.is_empty(), cors(&shared)))
            .wrap_fn(|mut request, service| {
                encoding::forget_unacceptable(&mut request);
                service.call(request)
            })
            .configure(|config| configure(config, &shared, &operations))
    })
    .workers(workers)
    .shutdown_timeout(app.settings.shutdown_seconds)
    .disable_signals()
    .listen(listener)
    .map_err(Problem::internal)?
    .run();
    Ok(Running { server, address, background })
}

/// The counters alone, on a listener of their own.
///
/// # Errors
/// `internal` when the listener can't be used.
pub fn start_metrics(app: &Arc<App>, listener: TcpListener) -> Result<ServerHandle> {
    let shared = Arc::clone(app);
    let server = HttpServer::new(move || {
        let app = Arc::clone(&shared);
        let measure = app.metrics.measure("GET", "/metrics");
        WebApp::new().route(
            "/metrics",
            web::get()
                .to(move |request: HttpRequest| render_metrics(Arc::clone(&app), measure.clone(), request)),
        )
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .map_err(Problem::internal)?
    .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok(handle)
}

/// One `web::resource` for each path, so that a wrong method is 405 with `Allow` and `HEAD` follows `GET`.
///
/// The paths of one collection stand in a scope of their own: a scope is found by comparing its name,
/// a path with parameters by trying its expression, and a flat list would try dozens for every request.
fn configure(config: &mut web::ServiceConfig, app: &Arc<App>, operations: &[Arc<Operation>]) {
    let mut paths: Vec<&'static str> = operations.iter().map(|operation| operation.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut collections: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for path in paths {
        match collection(path) {
            Some(name) => collections.entry(name).or_default().push(path),
            None => drop(config.service(resource(app, operations, path, path))),
        }
    }
    for (name, paths) in collections {
        let mut scope = web::scope(name).default_service(unknown(app, None, true, Refusals::Problems));
        for path in paths {
            scope = scope.service(resource(app, operations, path, path.strip_prefix(name).unwrap_or(path)));
        }
        config.service(scope);
    }
    config.service(metrics(app));
    config.service(docs_folder(app));
    config.default_service(unknown(app, None, true, Refusals::Problems));
}

/// `/v1/organisations` of `/v1/organisations/{id}/members`.
fn collection(path: &'static str) -> Option<&'static str> {
    let rest = path.strip_prefix("/v1/")?;
    let name = rest.find('/').unwrap_or(rest.len());
    let name = path.get(..path.len() - rest.len() + name)?;
    (!name.contains('{')).then_some(name)
}

/// What is done at a path, which is mounted as `at`.
fn resource(
    app: &Arc<App>,
    operations: &[Arc<Operation>],
    path: &'static str,
    at: &'static str,
) -> actix_web::Resource {
    let there: Vec<&Arc<Operation>> = operations.iter().filter(|one| one.path == path).collect();
    let mut resource = web::resource(at);
    let mut allowed = Vec::new();
    for operation in &there {
        let get = operation.method == Method::GET;
        allowed.push(operation.method.clone());
        resource = resource.route(route(app, operation, operation.method.clone()));
        if get && operation.head {
            allowed.push(Method::HEAD);
            resource = resource.route(route(app, operation, Method::HEAD));
        }
    }
    let open = there.iter().any(|one| one.needs == crate::http::operation::Needs::Nothing);
    let refusals = there.first().map(|one| one.refusals).unwrap_or_default();
    resource.default_service(unknown(app, Some(allowed), open, refusals))
}

fn route(app: &Arc<App>, operation: &Arc<Operation>, method: Method) -> actix_web::Route {
    let measure = app.metrics.measure(method.as_str(), operation.path);
    let (app, operation) = (Arc::clone(app), Arc::clone(operation));
    web::method(method).to(move |request: HttpRequest, payload: web::Payload| {
        pipeline::serve(Arc::clone(&app), Arc::clone(&operation), measure.clone(), request, payload)
    })
}

fn unknown(app: &Arc<App>, allowed: Option<Vec<Method>>, open: bool, refusals: Refusals) -> actix_web::Route {
    let measure = app.metrics.measure("", "");
    let app = Arc::clone(app);
    web::to(move |request: HttpRequest| {
        pipeline::serve_unknown(Arc::clone(&app), allowed.clone(), open, refusals, measure.clone(), request)
    })
}

/// `/metrics` beside the API asks for a token; without one in the settings it isn't there.
fn metrics(app: &Arc<App>) -> actix_web::Resource {
    let shared = Arc::clone(app);
    let allowed = guard::fn_guard(move |context| {
        let Some(token) = &shared.settings.metrics_token else { return false };
        let given = context.head().headers().get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ")).unwrap_or_default();
        aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), token.expose().as_bytes()).is_ok()
    });
    let app = Arc::clone(app);
    let measure = app.metrics.measure("GET", "/metrics");
    let render = move |request: HttpRequest| render_metrics(Arc::clone(&app), measure.clone(), request);
    web::resource("/metrics").guard(allowed).route(web::get().to(render))
}

/// The reader's page has one address.
fn docs_folder(app: &Arc<App>) -> actix_web::Resource {
    let (app, measure) = (Arc::clone(app), app.metrics.measure("GET", "/docs/"));
    web::resource("/docs/").to(move |request: HttpRequest| {
        let response = HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs")).finish();
        let response = pipeline::serve_plain(&app, "/docs/", &measure, &request, response);
        async { response }
    })
}

async fn render_metrics(app: Arc<App>, measure: Measure, request: HttpRequest) -> HttpResponse {
    let response = match app.metrics.render(&app) {
        Ok(text) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    };
    pipeline::serve_plain(&app, "/metrics", &measure, &request, response)
}

fn cors(app: &Arc<App>) -> actix_cors::Cors {
    let mut cors = actix_cors::Cors::default()
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allowed_headers([
            "Authorization",
            "Accept",
            "Accept-Language",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Idempotency-Key",
            "Awasir-Organisation",
            "Awasir-Status-Token",
            "X-Request-Id",
        ])
        .expose_headers([
            "ETag",
            "Link",
            "Location",
            "Allow",
            "Retry-After",
            "RateLimit",
            "RateLimit-Policy",
            "Idempotency-Replayed",
            "Awasir-Parent-Version",
            "X-Request-Id",
            "WWW-Authenticate",
        ])
        .block_on_origin_mismatch(false)
        .max_age(3600);
    for origin in &app.settings.cors_origins {
        cors = cors.allowed_origin(origin);
    }
    cors
}
