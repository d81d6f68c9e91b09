//! List, one, contact.

use std::sync::Arc;

use crate::access::Right;
use crate::access::codes::status_digest;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::problem::{Code, Problem, Result};
use crate::organisations::contact::{Contact, Kept};
use crate::organisations::model::Organisation;
use crate::organisations::rules::Eyes;
use crate::organisations::store::reading::{self, Filter};
use crate::organisations::store::standing;
use crate::text::fold_words;
use crate::types::OrganisationId;

pub(super) async fn list(call: Arc<Call>) -> Result<Answer> {
    let sight = call.sight(Right::OrganisationsRead)?;
    let mut filter = call.query().read(|reader| Filter {
        statuses: reader.many("status"),
        sectors: reader.many("sector"),
        legal_forms: reader.many("legal_form"),
        communities: reader.many("community_id"),
        external_ids: reader.each("external_id", |text| {
            let pair = text.split_once(':').map(|(scheme, value)| (scheme.to_owned(), value.to_owned()));
            pair.ok_or_else(|| "expected scheme:value".to_owned())
        }),
        ..Filter::default()
    })?;
    filter.place = call.query().pcode("place")?;
    filter.words = call.query().text("q").map(fold_words).unwrap_or_default();
    let page = call.page_request()?;
    let limit = page.limit;
    let listed = Arc::clone(&call);
    // Written where it is read: only bytes go from thread to thread, not a page of small parts.
    call.app()
        .database
        .read(move |db| {
            let rows = reading::list(db, &sight, &filter, &page)?;
            listed.page(rows, limit, Organisation::place_in_list)
        })
        .await
}

/// What the filter `external_id` reads, for the document.
pub struct ExternalIdPair;

impl utoipa::PartialSchema for ExternalIdPair {
    fn schema() -> crate::http::decode::Described {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[^:]*:")).into()
    }
}

pub(super) async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let token = call.status_token().and_then(status_digest);
    // Who holds an applicant's token needs no right besides; who doesn't is asked as everywhere.
    let sight = match call.signed_in() {
        Some(caller) if call.status_token().is_none() || caller.holds_anywhere(Right::OrganisationsRead) => {
            caller.require_anywhere(Right::OrganisationsRead)?;
            Some(caller.sight(Right::OrganisationsRead))
        }
        None if call.status_token().is_none() => return Err(Problem::new(Code::Unauthenticated)),
        _ => None,
    };
    let now = call.now();
    let organisation = call
        .app()
        .database
        .read(move |db| {
            let found = match &sight {
                Some(sight) => reading::find(db, sight, id),
                None => Err(Problem::new(Code::NotFound)),
            };
            match (found, token) {
                (Err(problem), Some(token)) if problem.code() == Code::NotFound => {
                    Ok(reading::find_by_token(db, id, &token, now)?.show(Eyes::Applicant))
                }
                (found, _) => {
                    let (row, eyes) = found?;
                    reading::show(db, row, eyes)
                }
            }
        })
        .await?;
    answer(&organisation)
}

pub(super) async fn contact(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let sight = call.sight(Right::OrganisationsRead)?;
    if sight.sees_own(id) {
        let kept = call.app().database.read(move |db| reading::contact(db, id)).await?;
        return Ok(Answer::json(&kept.seen_by(Eyes::Own))?.confidential());
    }
    let caller = Arc::clone(call.caller()?);
    // All is read on a thread that reads; what is written is the journal's entry alone.
    let looked = call.app().database.snapshot(move |db| {
        let (row, _) = reading::find(db, &sight, id)?;
        let (reader, eyes) = reading::reader_of(db, &sight, id, row.status)?;
        let contact = seen(reading::contact(db, id)?, eyes)?;
        Ok((row.version, reader, contact))
    });
    let (version, reader, contact) = looked.await?;
    call.write(
        move |_| {
            let permit = caller.permit(Right::OrganisationsRead, &[reader])?;
            Ok(Admitted::by(&permit, ()))
        },
        move |w, ()| {
            standing::note_contact_read(w, id, version)?;
            Ok(Answer::json(&contact)?.confidential())
        },
    )
    .await
}

/// A contact of which nothing may be seen is as if it weren't.
fn seen(kept: Kept, eyes: Eyes) -> Result<Contact> {
    let contact = kept.seen_by(eyes);
    if contact.is_empty() { Err(Problem::new(Code::NotFound)) } else { Ok(contact) }
}

pub(super) fn answer(organisation: &Organisation) -> Result<Answer> {
    Answer::thing(organisation, organisation.version)
}
