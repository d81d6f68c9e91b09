//! The terms of a programme, revision by revision.

use std::sync::Arc;

use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::programmes::model::{Level, Loaded, Looker, SignatureRow, TermsRow, ViewTerms};
use crate::programmes::store::programmes as store;
use crate::types::ProgrammeId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/programmes/{id}/terms", "readTerms", |call: Arc<Call>| read(call, false))
            .summary("The terms on the table, or in force")
            .description(
                "What the partners sign: `canonical` is the RFC 8785 form of `terms`, `digest` its SHA-256 in \
                 hexadecimal; `sign` names revision and digest. For partners and who is asked to become one.",
            )
            .needs(Right::ProgrammesRead)
            .ok::<ViewTerms>("The terms, with their signatures."),
        Operation::get("/v1/programmes/{id}/terms/{revision}", "readTermsRevision", |call: Arc<Call>| {
            read(call, true)
        })
        .summary("A revision of the terms")
        .description("Every revision that was ever put to the partners: signed, in force, replaced or dropped.")
        .needs(Right::ProgrammesRead)
        .ok::<ViewTerms>("The revision, with its signatures."),
    ]
}

async fn read(call: Arc<Call>, named: bool) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let revision = if named { Some(revision(call.path_text("revision")?)?) } else { None };
    call.app()
        .database
        .snapshot(move |db| {
            let programme = store::find(db, &looker.sight, id)?;
            let revision = revision.unwrap_or(programme.row.terms_revision);
            if !is_seen(&looker, &programme, revision) {
                return Err(Problem::new(Code::NotFound));
            }
            let (terms, mut signatures) = store::revision(db, id, revision)?;
            if looker.level(&programme) == Level::Invited {
                signatures.iter_mut().for_each(|signature| signature.name = None);
            }
            Answer::thing(&view(&terms, &signatures)?, revision)
        })
        .await
}

fn revision(text: &str) -> Result<i64> {
    let number = text.parse().ok().filter(|number| *number >= 1 && !text.starts_with(['+', '0']));
    number.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Partners see every revision; who is asked to become one, what is in force and what they are asked to sign.
fn is_seen(looker: &Looker, programme: &Loaded, revision: i64) -> bool {
    let row = &programme.row;
    match looker.level(programme) {
        Level::Partner => true,
        Level::Invited => revision == row.terms_revision || Some(revision) == row.pending_revision,
        Level::Outside => false,
    }
}

fn view(terms: &TermsRow, signatures: &[SignatureRow]) -> Result<ViewTerms> {
    Ok(ViewTerms {
        revision: terms.revision,
        kind: terms.kind,
        digest: terms.digest.clone(),
        canonical: terms.canonical.clone(),
        terms: terms.terms()?,
        visibility: terms.visibility,
        amounts_visibility: terms.amounts_visibility,
        removes_organisation_id: terms.removes_organisation_id,
        reason_code: terms.reason_code,
        reason: terms.reason.clone(),
        notice_until: terms.notice_until,
        drafted_by_organisation_id: terms.drafted_by_organisation_id,
        drafted_at: terms.drafted_at,
        in_force_at: terms.in_force_at,
        dropped_at: terms.dropped_at,
        signatures: signatures.iter().map(SignatureRow::view).collect::<Result<_>>()?,
    })
}
