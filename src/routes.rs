//! The one table of every operation. The running routes (`server`), the OpenAPI document (`openapi`)
//! and the access test all read it.

use std::sync::LazyLock;

use crate::http::operation::Operation;
use crate::{
    access_tokens, accounts, audit, commitments, communities, donor_links, donors, inbox, invitations,
    members, oauth, organisations, pages, programmes, projects, reciprocity, reference, registrations, trace,
    visits,
};

/// Every operation.
pub fn table() -> Vec<Operation> {
    [
        pages::operations(),
        accounts::operations(),
        access_tokens::operations(),
        invitations::operations(),
        oauth::operations(),
        reference::operations(),
        organisations::operations(),
        members::operations(),
        communities::operations(),
        visits::operations(),
        commitments::operations(),
        programmes::operations(),
        registrations::operations(),
        projects::operations(),
        donors::operations(),
        donor_links::operations(),
        trace::operations(),
        inbox::operations(),
        reciprocity::operations(),
        audit::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The OpenAPI document, as committed in `openapi/openapi.json`.
pub fn openapi_json() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
        let document = crate::openapi::document(&table());
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    });
    &DOCUMENT
}
