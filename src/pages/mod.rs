//! What is open to anyone outside `/v1`: health, the document and its reader, problems explained, and
//! the page that says what this is.

mod home;
mod readiness;

use std::sync::{Arc, LazyLock};

pub use readiness::Readiness;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use utoipa_swagger_ui::Config;

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result, page};

const HTML: &str = "text/html; charset=utf-8";

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    let open = |operation: Operation| operation.same_for_all().unlimited();
    vec![
        open(Operation::get("/", "readHome", home))
            .summary("What this is, and where things are")
            .content("text/html", "A page in Arabic and English."),
        open(Operation::get("/livez", "readLiveness", alive))
            .summary("Whether the process runs")
            .content("text/plain", "It does."),
        open(Operation::get("/readyz", "readReadiness", ready))
            .summary("Whether it can work: the database answers, is migrated, and revocations are followed")
            .content("text/plain", "It can.")
            .problem(StatusCode::SERVICE_UNAVAILABLE),
        open(Operation::get("/openapi.json", "readOpenapi", openapi))
            .summary("This document")
            .content("application/json", "OpenAPI 3.1."),
        open(Operation::get("/problems", "listProblems", problems))
            .summary("Every problem code, explained")
            .content("text/html", "A page in Arabic and English."),
        open(Operation::get("/problems/{code}", "readProblem", problem))
            .summary("One problem code, explained")
            .content("text/html", "A page in Arabic and English.")
            .problem(StatusCode::NOT_FOUND),
        open(Operation::get("/docs", "readDocs", docs))
            .summary("A reader of this document; works without the internet")
            .content("text/html", "Swagger UI."),
        open(Operation::get("/docs/{file}", "readDocsFile", docs))
            .summary("A file of the reader")
            .content("*/*", "Script, style or picture.")
            .problem(StatusCode::NOT_FOUND),
        open(Operation::get("/.well-known/jwks.json", "readJwks", jwks))
            .summary("The public keys that verify access tokens (RFC 7517)")
            .content("application/json", "A JWK set."),
    ]
}

fn html(text: String) -> Answer {
    Answer::content(HTML, text.into_bytes())
        .header(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(page::content_security_policy()))
}

async fn home(call: Arc<Call>) -> Result<Answer> {
    Ok(html(home::page(&call.app().settings.network_name)))
}

async fn alive(_call: Arc<Call>) -> Result<Answer> {
    Ok(Answer::content("text/plain; charset=utf-8", &b"alive\n"[..]))
}

/// 503 until the database answers, is migrated, and this node knows what was revoked.
async fn ready(call: Arc<Call>) -> Result<Answer> {
    let app = call.app();
    if !app.revocations.is_fresh(app.clock.now()) {
        return Err(Problem::unavailable("the view of the revocations is stale"));
    }
    app.readiness.check(&app.database).await?;
    Ok(Answer::content("text/plain; charset=utf-8", &b"ready\n"[..]))
}

async fn openapi(_call: Arc<Call>) -> Result<Answer> {
    Ok(Answer::content("application/json", crate::routes::openapi_json().as_bytes()).with_content_etag())
}

/// Swagger UI from the binary. Its own scripts and styles, and nothing from elsewhere.
async fn docs(call: Arc<Call>) -> Result<Answer> {
    static CONFIG: LazyLock<Arc<Config<'static>>> =
        LazyLock::new(|| Arc::new(Config::from("/openapi.json").use_base_layout().try_it_out_enabled(true)));
    let file = call.path_text("file").unwrap_or("index.html");
    let found = utoipa_swagger_ui::serve(file, Arc::clone(&CONFIG)).map_err(Problem::internal)?;
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    let mut bytes = found.bytes.into_owned();
    if file == "index.html" {
        // The page is at /docs, and names its files as if it were in that folder.
        let page = String::from_utf8_lossy(&bytes);
        bytes = page.replacen("<head>", "<head><base href=\"/docs/\">", 1).into_bytes();
    }
    let answer = Answer::content(media_type(file), bytes).with_content_etag();
    Ok(answer.header(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             frame-ancestors 'none'; base-uri 'self'",
        ),
    ))
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("png") => "image/png",
        Some("map" | "json") => "application/json",
        _ => "application/octet-stream",
    }
}

async fn problems(_call: Arc<Call>) -> Result<Answer> {
    Ok(html(page::index()))
}

async fn problem(call: Arc<Call>) -> Result<Answer> {
    let asked = call.path_text("code")?;
    match Code::ALL.iter().find(|code| code.as_str() == asked) {
        Some(code) => Ok(html(page::html(*code))),
        None => Err(Problem::new(Code::NotFound)),
    }
}

async fn jwks(call: Arc<Call>) -> Result<Answer> {
    Ok(Answer::json(&call.app().keys.jwks())?.with_content_etag())
}
