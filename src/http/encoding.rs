//! Which encodings of an answer a client takes.

use actix_web::HttpMessage as _;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT_ENCODING, AcceptEncoding, Encoding, Header as _};

/// Forgets an `Accept-Encoding` that takes nothing which the server has: an answer as it is serves
/// such a client better than none (RFC 9110, 12.5.3 allows it), and no answer goes past the pipeline.
pub fn forget_unacceptable(request: &mut ServiceRequest) {
    let ours =
        [Encoding::identity(), Encoding::brotli(), Encoding::gzip(), Encoding::deflate(), Encoding::zstd()];
    let unacceptable = request.headers().contains_key(ACCEPT_ENCODING)
        && AcceptEncoding::parse(request).is_ok_and(|accepted| accepted.negotiate(ours.iter()).is_none());
    if unacceptable {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
}
