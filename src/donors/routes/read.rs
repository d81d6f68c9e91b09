//! One donor, and lists.

use std::sync::Arc;

use super::{answer, keys};
use crate::access::Right;
use crate::donors::codes::DonorKind;
use crate::donors::model::Donor;
use crate::donors::store;
use crate::donors::store::list::{self, Filter};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::http::query::PcodeBeginning;
use crate::text::fold_words;
use crate::types::{DonorId, Sector};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/donors", "listDonors", list_donors)
            .summary("Donors, newest first")
            .description(
                "Those of the caller's organisations, and those that others show to the network: their name, kind and \
                 interests.",
            )
            .needs(Right::DonorsRead)
            .filter_many::<DonorKind>("kind", "What it is.")
            .filter_many::<Sector>("sector", "One of the fields of work that it may support.")
            .filter::<PcodeBeginning>("place", "A P-code or its beginning, of a place that it may support.")
            .filter::<String>("q", "Words of the name, folded.")
            .filter::<bool>("mine", "Only those of the caller's organisations; `false`: only others'.")
            .pages::<Donor>("A page of donors."),
        Operation::get("/v1/donors/{id}", "readDonor", read)
            .summary("One donor")
            .description("One with the visibility `owner` is 404 to everybody but its organisation.")
            .needs(Right::DonorsRead)
            .ok::<Donor>("The donor."),
    ]
}

async fn list_donors(call: Arc<Call>) -> Result<Answer> {
    let sight = call.sight(Right::DonorsRead)?;
    let mut filter = call.query().read(|reader| Filter {
        kinds: reader.many("kind"),
        sectors: reader.many("sector"),
        mine: reader.one("mine"),
        ..Filter::default()
    })?;
    filter.place = call.query().pcode("place")?;
    filter.words = call.query().text("q").map(fold_words).unwrap_or_default();
    let page = call.page_request()?;
    let limit = page.limit;
    let listed = Arc::clone(&call);
    call.app()
        .database
        .snapshot(move |db| {
            let rows = list::list(db, keys(&listed), &sight, &filter, &page)?;
            listed.page(rows, limit, Donor::place_in_list)
        })
        .await
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: DonorId = call.id("id")?;
    let sight = call.sight(Right::DonorsRead)?;
    let reading = Arc::clone(&call);
    call.app()
        .database
        .snapshot(move |db| {
            let row = store::find(db, &sight, id)?;
            answer(&store::shown(db, keys(&reading), &sight, &row)?)
        })
        .await
}
