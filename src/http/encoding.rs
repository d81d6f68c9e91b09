//! Which encodings of an answer a client takes.

use std::io::Write as _;

use actix_web::dev::ServiceRequest;
use actix_web::error::ParseError;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding, Encoding, Header as _};
use actix_web::{HttpMessage, HttpRequest};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::problem::{Problem, Result};

/// Which of these serves the request best; none when it takes none of them.
fn negotiated(
    request: &impl HttpMessage,
    offered: &[Encoding],
) -> std::result::Result<Option<Encoding>, ParseError> {
    Ok(AcceptEncoding::parse(request)?.negotiate(offered.iter()))
}

/// Forgets an `Accept-Encoding` that takes nothing which the server has: an answer as it is serves
/// such a client better than none (RFC 9110, 12.5.3 allows it), and no answer goes past the pipeline.
pub fn forget_unacceptable(request: &mut ServiceRequest) {
    let ours =
        [Encoding::identity(), Encoding::brotli(), Encoding::gzip(), Encoding::deflate(), Encoding::zstd()];
    let unacceptable = request.headers().contains_key(ACCEPT_ENCODING)
        && negotiated(request, &ours).is_ok_and(|one| one.is_none());
    if unacceptable {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}

/// Whether the request takes gzip, be it that it takes others too.
pub fn takes_gzip(request: &HttpRequest) -> bool {
    request.headers().contains_key(ACCEPT_ENCODING)
        && negotiated(request, &[Encoding::gzip()]).is_ok_and(|one| one == Some(Encoding::gzip()))
}

/// Compresses as far as gzip goes.
///
/// # Errors
/// `internal`; nothing in memory makes it fail.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::best());
    encoder.write_all(bytes).map_err(Problem::internal)?;
    encoder.finish().map_err(Problem::internal)
}
