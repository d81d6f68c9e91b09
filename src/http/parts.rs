//! Bodies that are made while they are sent.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;

use super::problem::{Problem, Result};

type Boxed = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// The parts of a body, asked for one by one: the next is made when the client has taken those before it.
#[derive(Clone)]
pub struct Parts(Arc<Mutex<Boxed>>);

impl Parts {
    /// Makes parts, each from where the one before it left off, until there is nowhere to go on from.
    pub fn unfold<S, F, A>(first: S, next: F) -> Self
    where
        S: Send + 'static,
        F: FnMut(S) -> A + Send + 'static,
        A: Future<Output = Result<Option<(Bytes, S)>>> + Send + 'static,
    {
        Self(Arc::new(Mutex::new(Box::pin(try_unfold(first, next)))))
    }
}

impl Stream for Parts {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.lock() {
            Ok(mut parts) => parts.as_mut().poll_next(context),
            // It panicked while it made a part.
            Err(_) => Poll::Ready(Some(Err(Problem::internal("a part could not be made")))),
        }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Parts(…)")
    }
}
