//! SQL in words of its own.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// A condition or a statement that has to reach the engine word for word: SQLite takes a partial index
/// only for the very words that it was made with. Unlike `diesel::dsl::sql`, the statement stays prepared;
/// so the words are the code's own, never made of values.
#[derive(Debug, Clone, Copy)]
pub struct Verbatim(pub &'static str);

/// As a statement: prepared once, where `batch_execute` would have it read anew each time.
impl<C> diesel::RunQueryDsl<C> for Verbatim {}

impl Expression for Verbatim {
    type SqlType = Bool;
}

impl<Q> AppearsOnTable<Q> for Verbatim {}
impl<Q> SelectableExpression<Q> for Verbatim {}

impl<G> ValidGrouping<G> for Verbatim {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Verbatim {
    type QueryId = ();
    /// Statements with it are told apart by their text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Verbatim {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}
