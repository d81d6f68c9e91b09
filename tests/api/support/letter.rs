//! A mail read as a reader of mail does: headers unfolded and decoded (RFC 2047), parts taken apart and decoded (RFC 2045).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The headers by their names in small letters, decoded.
    pub headers: BTreeMap<String, String>,
    /// The part for those who read text.
    pub text: String,
    /// The part for those who read HTML.
    pub html: String,
}

impl Letter {
    /// Reads a message of a text and an HTML part to be chosen from.
    #[track_caller]
    pub fn read(message: &str) -> Self {
        assert!(message.is_ascii(), "what goes over the wire is ASCII");
        assert!(message.lines().all(|line| line.len() <= 998), "a line is too long");
        let (headers, body) = taken_apart(message);
        let kind = &headers["content-type"];
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split("boundary=").nth(1).unwrap().trim_matches('"').to_owned();
        let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
        let [_, text, html, end] = parts[..] else { panic!("{} parts", parts.len()) };
        assert!(end.starts_with("--"), "{end}");
        let part = |part: &str, kind: &str| {
            let (headers, body) = taken_apart(part.trim_start());
            assert_eq!(headers["content-type"], format!("{kind}; charset=utf-8"));
            decoded(&headers["content-transfer-encoding"], body).replace("\r\n", "\n")
        };
        Self { text: part(text, "text/plain"), html: part(html, "text/html"), headers }
    }

    /// A header.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", self.headers))
    }
}

/// The token behind the fragment of the link in a text.
#[track_caller]
pub fn token_in(text: &str) -> String {
    let link = text
        .lines()
        .find(|line| line.starts_with("https://net.example/"))
        .unwrap_or_else(|| panic!("{text}"));
    link.split(['=']).nth(1).unwrap_or_else(|| panic!("{link}")).to_owned()
}

fn taken_apart(message: &str) -> (BTreeMap<String, String>, &str) {
    let (head, body) = message.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no body: {message}"));
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line}"));
        (name.to_ascii_lowercase(), words(value.trim()))
    });
    (headers.collect(), body)
}

/// Encoded words; the blank between two of them is none.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for word in value.split(' ').filter(|word| !word.is_empty()) {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        let parted = !(after_word && encoded.is_some());
        if parted && !out.is_empty() {
            out.push(' ');
        }
        match encoded {
            Some(encoded) => out.push_str(&String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()),
            None => out.push_str(word),
        }
        after_word = encoded.is_some();
    }
    out
}

fn decoded(encoding: &str, body: &str) -> String {
    let bytes = match encoding {
        "base64" => STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap(),
        "quoted-printable" => quoted_printable(body),
        "7bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap()
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let (bytes, mut out, mut i) = (joined.as_bytes(), Vec::new(), 0);
    while i < bytes.len() {
        if bytes[i] == b'=' {
            out.push(u8::from_str_radix(&joined[i + 1..i + 3], 16).unwrap());
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    out
}
