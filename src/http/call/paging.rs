//! Pages of lists: what is asked for, and what is answered.

use uuid::Uuid;

use super::Call;
use crate::http::answer::Answer;
use crate::http::cursor::{self, Cursor};
use crate::http::page::{self, Limit};
use crate::http::problem::Result;
use crate::http::query;
use crate::types::{AnyId, Instant};

/// Page size and place of a list.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// How many.
    pub limit: Limit,
    /// After which row, newest first; none for the first page.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// Rows to ask for: one more than the page has, to know whether there is a next.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit.plus_one()).unwrap_or(201)
    }

    /// `(created_at, id)` of the last row seen; of the first page, later than any row.
    pub fn before(&self) -> (Instant, AnyId) {
        match &self.after {
            Some(cursor) => (Instant::from_micros(cursor.created_at), AnyId(cursor.id)),
            None => (Instant::from_micros(i64::MAX / 2), AnyId(Uuid::max())),
        }
    }
}

impl Call {
    /// Page size and place of a list.
    ///
    /// # Errors
    /// `invalid-parameter`, `invalid-cursor`.
    pub fn page_request(&self) -> Result<PageRequest> {
        let limit = Limit::parse(self.query.text("limit"))?;
        let after = match self.query.text("cursor") {
            None => None,
            Some(text) => Some(Cursor::decode(text, self.app.keys.cursor(), &self.binding())?),
        };
        Ok(PageRequest { limit, after })
    }

    /// A page, with the cursor and link of the next.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn page<T: serde::Serialize>(
        &self,
        rows: Vec<T>,
        limit: Limit,
        place: impl Fn(&T) -> Cursor,
    ) -> Result<Answer> {
        self.page_of(page::cut(rows, limit, place))
    }

    /// A page that ends where its rows were cut.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn page_of<T: serde::Serialize>(&self, cut: page::Cut<T>) -> Result<Answer> {
        let page = cut.page(self.app.keys.cursor(), &self.binding());
        let link = page.next_cursor.as_ref().map(|cursor| {
            let mut link = self.path.clone();
            link.push('?');
            for (name, value) in self.query.pairs().filter(|(name, _)| *name != "cursor") {
                link.push_str(&format!("{name}={}&", query::encode(value)));
            }
            link + "cursor=" + cursor
        });
        Answer::page(&page, link)
    }

    /// What a cursor is bound to: the path, the filters, and on whose behalf the list is read.
    fn binding(&self) -> Vec<u8> {
        let acting = self.caller.as_ref().and_then(|caller| caller.acting);
        let acting = acting.map(|organisation| organisation.to_string()).unwrap_or_default();
        cursor::binding(&self.path, self.query.pairs().chain([("", acting.as_str())]))
    }
}
