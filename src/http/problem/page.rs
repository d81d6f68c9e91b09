//! The pages that a problem's `type` leads to: `/problems/<code>` and the index `/problems`, Arabic first.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Code, FIELD_CODES};
use crate::text::Locale;

/// The only style of the server's own pages; the policy below names its hash, so nothing else is applied.
pub const STYLE: &str = "body{font:1.1rem/1.8 system-ui,'Noto Naskh Arabic',Tahoma,sans-serif;max-width:44rem;margin:0 auto;\
padding:1.5rem;color:#1c2a26;background:#fbfaf6}h1{font-size:1.5rem}code{font-family:ui-monospace,monospace;\
background:#ece8dc;padding:.1em .35em;border-radius:.25em}section{border-top:1px solid #d8d2c0;padding:1rem 0}\
a{color:#0b6b57}td{padding:.25rem .6rem;vertical-align:top;border-top:1px solid #e6e1d3}table{border-collapse:collapse;width:100%}\
@media(prefers-color-scheme:dark){body{color:#e8e4d8;background:#171d1b}code{background:#2a3330}a{color:#6fd0b8}}";

/// The `Content-Security-Policy` that these pages are sent with.
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
        let hash = STANDARD.encode(digest.as_ref());
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    });
    &POLICY
}

/// The page of one code.
pub fn html(code: Code) -> String {
    let mut sections = String::new();
    for locale in Locale::ALL.iter().copied() {
        sections.push_str(&format!(
            "<section lang=\"{locale}\" dir=\"{}\"><h1>{}</h1><p>{}</p></section>",
            locale.direction(),
            marked(code.title(locale)),
            marked(code.meaning(locale)),
        ));
    }
    let codes = if code == Code::ValidationFailed { field_codes() } else { String::new() };
    let name = code.as_str();
    let status = code.status();
    document(
        code.title(Locale::Ar),
        &format!(
            "<p dir=\"ltr\"><code>{name}</code> · HTTP {status}</p>{sections}{codes}\
             <p><a href=\"/problems\">كل المشكلات · <span lang=\"en\">All problems</span></a></p>"
        ),
    )
}

/// The index of all codes.
pub fn index() -> String {
    let mut rows = String::new();
    for code in Code::ALL.iter().copied() {
        rows.push_str(&format!(
            "<tr><td>{}<br><span lang=\"en\" dir=\"ltr\">{}</span></td>\
             <td dir=\"ltr\"><a href=\"/problems/{code}\"><code dir=\"ltr\">{code}</code></a></td><td>{}</td></tr>",
            marked(code.title(Locale::Ar)),
            marked(code.title(Locale::En)),
            code.status().as_u16(),
        ));
    }
    let heading = "ما قد يردّ به الخادم عند تعذّر الطلب";
    document(
        heading,
        &format!(
            "<h1>{heading}</h1><p lang=\"en\" dir=\"ltr\">What the server answers when it cannot do what was asked</p><table>{rows}</table>"
        ),
    )
}

fn field_codes() -> String {
    let mut rows = String::new();
    for (code, ar, en) in FIELD_CODES {
        rows.push_str(&format!(
            "<tr><td>{ar}</td><td lang=\"en\" dir=\"ltr\">{en}</td><td dir=\"ltr\"><code dir=\"ltr\">{code}</code></td></tr>"
        ));
    }
    format!("<table>{rows}</table>")
}

fn document(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"ar\" dir=\"rtl\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>{body}</body></html>"
    )
}

/// A text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Escaped, with what stands between backticks as code.
fn marked(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in escaped(text).split('`').enumerate() {
        if i % 2 == 1 {
            out.push_str(&format!("<code dir=\"ltr\">{part}</code>"));
        } else {
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_in_both_languages() {
        for code in Code::ALL.iter().copied() {
            let page = html(code);
            assert!(page.contains("dir=\"rtl\"") && page.contains("lang=\"en\""));
            assert!(!page.contains('`'), "{code}");
            assert!(index().contains(&format!("/problems/{code}\"")));
        }
    }

    #[test]
    fn the_policy_names_the_style_by_its_hash() {
        assert!(content_security_policy().contains("style-src 'sha256-"));
        assert!(!content_security_policy().contains("unsafe"));
    }
}
