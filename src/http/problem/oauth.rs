//! Problems as OAuth 2.0 tells them (RFC 6749, section 5.2): for clients that others wrote, which look for `error`.
//!
//! `error_uri` is the page of the problem's code, so that nothing is lost of what the catalogue knows.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde_json::json;

use super::{Code, Problem};
use crate::text::Locale;

/// The whole answer; `base` is where this server is reached.
pub fn response(problem: &Problem, base: &str) -> HttpResponse {
    let code = problem.code();
    let body = json!({
        "error": error(code),
        "error_description": description(problem),
        "error_uri": format!("{base}/problems/{code}"),
    });
    let mut response = HttpResponse::build(problem.status());
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::PRAGMA, "no-cache"));
    for named in problem.headers() {
        response.append_header(named);
    }
    response.body(body.to_string())
}

/// What the standard calls it; for what it doesn't know, what others of its family do (RFC 6749, section
/// 4.1.2.1; RFC 8628, section 3.5).
fn error(code: Code) -> &'static str {
    match code {
        Code::InvalidClient => "invalid_client",
        Code::UnsupportedGrantType => "unsupported_grant_type",
        Code::InvalidScope => "invalid_scope",
        Code::RateLimited => "slow_down",
        Code::Unavailable => "temporarily_unavailable",
        code if code.status().is_server_error() => "server_error",
        _ => "invalid_request",
    }
}

/// In English, as the standard allows ASCII only, and without what it sets apart: `"` and `\`. Of the problem's own
/// words only those that were written for OAuth 2.0: others may repeat what was sent.
fn description(problem: &Problem) -> String {
    let code = problem.code();
    let own = problem.0.detail.as_deref().filter(|_| code.is_oauth());
    let text = own.unwrap_or(code.title(Locale::En));
    let allowed = |character: char| matches!(character, ' '..='~') && !matches!(character, '"' | '\\');
    text.chars().map(|character| if allowed(character) { character } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;
    use crate::http::problem::FieldError;

    fn answered(problem: &Problem) -> (u16, serde_json::Value, Vec<(String, String)>) {
        let response = response(problem, "https://awasir.example");
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let (status, headers) = (response.status().as_u16(), headers.collect());
        let body = actix_web::rt::System::new().block_on(to_bytes(response.into_body())).unwrap();
        (status, serde_json::from_slice(&body).unwrap(), headers)
    }

    #[test]
    fn a_problem_has_the_members_of_the_standard_alone() {
        let (status, body, headers) = answered(&Problem::new(Code::InvalidClient).detail("not known"));
        let uri = "https://awasir.example/problems/invalid-client";
        let whole = json!({"error": "invalid_client", "error_description": "not known", "error_uri": uri});
        assert_eq!((status, body), (401, whole));
        for (name, value) in [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("pragma", "no-cache"),
            ("www-authenticate", "Basic realm=\"Awasir\", charset=\"UTF-8\""),
        ] {
            assert!(headers.contains(&(name.to_owned(), value.to_owned())), "{name}: {headers:?}");
        }
    }

    #[test]
    fn every_code_is_told_within_the_standard_s_characters_and_without_what_was_sent() {
        for code in Code::ALL {
            let errors = vec![FieldError::new("zzz", "unknown-parameter", "zzz")];
            let (status, body, _) =
                answered(&Problem::new(*code).detail("a \"quoted\" \\ سر").with_errors(errors));
            assert_eq!(status, code.status().as_u16());
            let told = body["error_description"].as_str().unwrap();
            assert!(!told.is_empty() && told.is_ascii() && !told.contains(['"', '\\']), "{code}: {told}");
            assert_eq!(told.contains("quoted"), code.is_oauth(), "{code}: {told}");
            assert!(!told.contains("zzz"), "{code}: {told}");
            assert!(!body["error"].as_str().unwrap().is_empty());
        }
        let error = |code: Code| answered(&Problem::new(code)).1["error"].clone();
        assert_eq!(error(Code::Internal), "server_error");
        assert_eq!(error(Code::Unavailable), "temporarily_unavailable");
        assert_eq!(error(Code::UnsupportedMediaType), "invalid_request");
    }
}
