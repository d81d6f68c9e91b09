//! Versions in headers: `ETag`, `If-None-Match`, `If-Match`.

use aws_lc_rs::digest;

use super::problem::{Problem, Result};

/// How many bytes of the answer's hash its tag carries; no more than a `u64` holds.
const HASH_BYTES: usize = 8;

/// The weak tag of an answer: `W/"<version>.<hash of the answer>"`.
pub fn etag(version: i64, body: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA256, body);
    let start = hash.as_ref().iter().take(HASH_BYTES).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    format!("W/\"{version}.{start:0width$x}\"", width = 2 * HASH_BYTES)
}

/// Whether `If-None-Match` names this tag, so that 304 is the answer. A malformed header names none.
pub fn none_match(header: &str, etag: &str) -> bool {
    match tags(header) {
        Some(Tags::Any) => true,
        Some(Tags::These(tags)) => tags.contains(&opaque(etag)),
        None => false,
    }
}

/// What `If-Match` asks of the thing: it compares the version alone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expected {
    /// `*`: whatever it is.
    Any,
    /// One of these.
    Versions(Vec<i64>),
}

impl Expected {
    /// Reads `W/"3.ab12"`, `"3"`, `*` or several with commas between; else 400 `invalid-parameter`.
    pub fn parse(header: &str) -> Result<Self> {
        let versions = match tags(header) {
            Some(Tags::Any) => return Ok(Expected::Any),
            Some(Tags::These(tags)) => tags.into_iter().map(version).collect::<Option<Vec<i64>>>(),
            None => None,
        };
        versions.map(Expected::Versions).ok_or_else(|| {
            Problem::parameter(
                "If-Match",
                "invalid-format",
                "expected an ETag as it was answered, like W/\"3.ab12\"",
            )
        })
    }

    /// This version.
    pub fn version(version: i64) -> Self {
        Self::Versions(vec![version])
    }

    /// The oldest version named; none for `*`.
    pub fn oldest(&self) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::Versions(versions) => versions.iter().min().copied(),
        }
    }

    /// Whether a thing of this version is meant.
    pub fn allows(&self, version: i64) -> bool {
        match self {
            Expected::Any => true,
            Expected::Versions(versions) => versions.contains(&version),
        }
    }
}

enum Tags<'a> {
    Any,
    These(Vec<&'a str>),
}

/// The opaque parts of a list of entity tags; they may have commas inside.
fn tags(header: &str) -> Option<Tags<'_>> {
    let mut rest = header.trim();
    if rest == "*" {
        return Some(Tags::Any);
    }
    let mut tags = Vec::new();
    loop {
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let (tag, after) = quoted.split_once('"')?;
        tags.push(tag);
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(Tags::These(tags));
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// What stands between a tag's quotes.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

/// The version that one of our tags names. A content coding that a proxy puts behind the hash does no harm.
fn version(tag: &str) -> Option<i64> {
    let digits = tag.split('.').next()?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse::<i64>().ok()).flatten().filter(|version| *version > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_name_version_and_content() {
        let tag = etag(3, b"{}");
        assert!(tag.starts_with("W/\"3.") && tag.ends_with('"') && tag.len() == 5 + 16 + 1);
        assert_ne!(tag, etag(3, b"[]"));
        assert_ne!(tag, etag(4, b"{}"));
    }

    #[test]
    fn none_match_takes_lists_and_stars() {
        let tag = etag(3, b"{}");
        assert!(none_match(&tag, &tag));
        assert!(none_match("*", &tag));
        assert!(none_match(&format!("\"a,b\" , {tag}"), &tag));
        assert!(none_match(tag.trim_start_matches("W/"), &tag));
        for other in ["", "W/\"3\"", "3", "\"unclosed", "W/\"3.00\", "] {
            assert!(!none_match(other, &tag), "{other}");
        }
    }

    #[test]
    fn if_match_compares_the_version_alone() {
        for header in ["W/\"3.ab12\"", "\"3\"", " \"3.x\" ", "\"1\", W/\"3.ab\"", "\"3.ab-gzip\"", "*"] {
            assert!(Expected::parse(header).unwrap().allows(3), "{header}");
        }
        assert!(!Expected::parse("\"1\",\"2\"").unwrap().allows(3));
        for bad in [
            "",
            "3",
            "W/3",
            "\"\"",
            "\"abc\"",
            "\"-3\"",
            "\"0\"",
            "\"3\" \"4\"",
            "\"3\",",
            "\"99999999999999999999\"",
            "\"3",
            "w/\"3\"",
        ] {
            let problem = Expected::parse(bad).unwrap_err();
            assert_eq!(problem.code(), crate::http::problem::Code::InvalidParameter, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn our_own_tags_are_understood(version in 1..=i64::MAX, body: Vec<u8>) {
            let tag = etag(version, &body);
            prop_assert_eq!(Expected::parse(&tag).unwrap(), Expected::Versions(vec![version]));
            prop_assert!(none_match(&tag, &tag));
        }

        #[test]
        fn no_header_harms(header in ".{0,60}") {
            let _ = Expected::parse(&header);
            let _ = none_match(&header, "W/\"1.ab\"");
        }
    }
}
