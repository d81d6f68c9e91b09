//! `/v1/reference/…` and `/v1/permissions`: the same for everybody.

use std::sync::{Arc, LazyLock};

use super::data::{Currencies, Labels, List, Permissions, Places, Sectors, Topics, document};
use crate::access::rights::permissions_document;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;

const JSON: &str = "application/json";

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        open("/v1/reference/sectors", "listSectors", List::Sectors)
            .summary("The fields of work, and what outside standards call them")
            .ok::<Sectors>("The sectors."),
        open("/v1/reference/places", "listPlaces", List::Places)
            .summary("Countries, states and localities")
            .ok::<Places>("The places."),
        open("/v1/reference/topics", "listTopics", List::Topics)
            .summary("What discussions are about")
            .ok::<Topics>("The topics."),
        open("/v1/reference/currencies", "listCurrencies", List::Currencies)
            .summary("The currencies and their digits")
            .ok::<Currencies>("The currencies."),
        open("/v1/reference/labels", "listLabels", List::Labels)
            .summary("The words for every code, in Arabic and English")
            .ok::<Labels>("The labels, by key: `visit.state.proposed`."),
        Operation::get("/v1/permissions", "listPermissions", permissions)
            .summary("The roles, the rights, and what each means")
            .same_for_all()
            .ok::<Permissions>("Both, in Arabic and English."),
    ]
}

fn open(path: &'static str, id: &'static str, list: List) -> Operation {
    let answer =
        move |_: Arc<Call>| async move { Ok(Answer::content(JSON, document(list)).with_content_etag()) };
    Operation::get(path, id, answer).same_for_all()
}

async fn permissions(_call: Arc<Call>) -> Result<Answer> {
    static DOCUMENT: LazyLock<Vec<u8>> =
        LazyLock::new(|| serde_json::to_vec(&permissions_document()).unwrap_or_default());
    Ok(Answer::content(JSON, DOCUMENT.as_slice()).with_content_etag())
}
