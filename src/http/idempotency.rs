//! Repeated requests: `Idempotency-Key`, and ids that clients choose.

use diesel::prelude::*;
use uuid::Uuid;

use super::answer::{Answer, KeptAnswer};
use super::call::Call;
use super::problem::{Code, Problem, Result};
use crate::access::codes::sha256;
use crate::db::dialect;
use crate::db::schema::{chosen_ids, idempotency_keys, kept_answer_people};
use crate::journal::Writer;
use crate::types::{AnyId, Json, people};

/// Runs a write once for its `Idempotency-Key`: the first answer is kept in the transaction of its
/// effect and given again to every repeat of the same request.
///
/// # Errors
/// `idempotency-mismatch`, `idempotency-in-flight`, and the work's own, which are not kept.
pub(super) fn once(
    call: &Call,
    writer: &mut Writer<'_>,
    work: impl FnOnce(&mut Writer<'_>) -> Result<Answer>,
) -> Result<Answer> {
    let (Some(key), Some(caller)) = (&call.idempotency_key, &call.caller) else {
        return work(writer);
    };
    let acting = writer.on_behalf_of().map(|organisation| organisation.0).unwrap_or_default();
    let digest =
        sha256(format!("{}\n{acting}\n{}\n{}\n{key}", caller.subject(), call.operation.method, call.path));
    let mut content = call.query_text.clone().into_bytes();
    content.push(b'\n');
    content.extend_from_slice(&call.body_digest);
    let fingerprint = keyed(call, &content);
    let [a, b, c, d, e, f, g, h, ..] = digest;
    if !dialect::try_lock_key(writer.db(), i64::from_be_bytes([a, b, c, d, e, f, g, h]))? {
        return Err(Problem::new(Code::IdempotencyInFlight));
    }
    forget_expired(writer, &digest)?;
    if let Some((first, answer)) = find(writer, &digest)? {
        return if first == fingerprint {
            Answer::replayed(answer.get()?)
        } else {
            Err(Problem::new(Code::IdempotencyMismatch))
        };
    }
    let answer = work(writer)?;
    if answer.status().is_success() {
        keep(writer, &digest, &fingerprint, &answer.to_kept()?)?;
    }
    Ok(answer)
}

/// What stands for a request's content as long as it is remembered. Under a key: who has the database alone can't try
/// out what the content was (a name, a telephone number).
fn keyed(call: &Call, content: &[u8]) -> [u8; 32] {
    call.app.keys.refresh().sign(&[b"request", content])
}

/// Keeps an answer, and whom it names: their values may have to be erased from it.
fn keep(writer: &mut Writer<'_>, digest: &[u8], fingerprint: &[u8], answer: &KeptAnswer) -> Result<()> {
    let now = writer.now();
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::digest.eq(digest),
            idempotency_keys::fingerprint.eq(fingerprint),
            idempotency_keys::answer.eq(Json::new(answer)?),
            idempotency_keys::created_at.eq(now),
        ))
        .execute(writer.db())?;
    for person in answer.body.as_ref().map(people::named_in).unwrap_or_default() {
        diesel::insert_into(kept_answer_people::table)
            .values((kept_answer_people::person_id.eq(AnyId(person)), kept_answer_people::digest.eq(digest)))
            .execute(writer.db())?;
    }
    Ok(())
}

/// Erases what is a person's own from the answers that are kept: a repeat gets its first answer without it.
///
/// # Errors
/// The engine's.
pub fn erase_person(writer: &mut Writer<'_>, person: Uuid) -> Result<()> {
    let kept: Vec<(Vec<u8>, Json<KeptAnswer>)> = idempotency_keys::table
        .inner_join(kept_answer_people::table.on(kept_answer_people::digest.eq(idempotency_keys::digest)))
        .filter(kept_answer_people::person_id.eq(AnyId(person)))
        .select((idempotency_keys::digest, idempotency_keys::answer))
        .load(writer.db())?;
    for (digest, answer) in kept {
        let mut answer = answer.get()?;
        if let Some(body) = &mut answer.body
            && people::erase_from(body, &[person])?
        {
            diesel::update(idempotency_keys::table.filter(idempotency_keys::digest.eq(digest)))
                .set(idempotency_keys::answer.eq(Json::new(&answer)?))
                .execute(writer.db())?;
        }
    }
    Ok(())
}

type Kept = (Vec<u8>, Json<KeptAnswer>);

/// A key that has had its days is free again, whether or not housekeeping has come by.
fn forget_expired(writer: &mut Writer<'_>, digest: &[u8]) -> Result<()> {
    let oldest = writer.now().minus(KEPT);
    diesel::delete(
        idempotency_keys::table
            .filter(idempotency_keys::digest.eq(digest))
            .filter(idempotency_keys::created_at.le(oldest)),
    )
    .execute(writer.db())?;
    Ok(())
}

fn find(writer: &mut Writer<'_>, digest: &[u8]) -> Result<Option<Kept>> {
    Ok(idempotency_keys::table
        .filter(idempotency_keys::digest.eq(digest))
        .select((idempotency_keys::fingerprint, idempotency_keys::answer))
        .first(writer.db())
        .optional()?)
}

/// How long an answer is kept.
pub const KEPT: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);

/// What a client's own id turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Free: it is now taken by this request.
    Free,
    /// Taken by this very request, some time ago.
    Repeated,
}

/// Takes the id that a client chose for a new thing or child. The digest of the creating request
/// stays for ever, so that the same request, a month later, finds the thing that it made.
///
/// # Errors
/// `id-taken`: any other use, the same answer whoever owns it, and this very request once what it made
/// was deleted.
pub fn choose(call: &Call, writer: &mut Writer<'_>, id: Uuid) -> Result<Chosen> {
    let acting = writer.on_behalf_of().map(|organisation| organisation.0).unwrap_or_default();
    let mut content = format!("{acting}\n{}\n", call.path).into_bytes();
    content.extend_from_slice(&call.body_digest);
    let digest = keyed(call, &content);
    // Of two at once the second looks when the first is done, in the table and in the journal alike.
    dialect::lock_key(writer.db(), crate::db::search::lock_of(&format!("id {id}")))?;
    let first: Option<Vec<u8>> = chosen_ids::table
        .filter(chosen_ids::id.eq(AnyId(id)))
        .select(chosen_ids::digest)
        .first(writer.db())
        .optional()?;
    match first {
        // What it made may be gone since: the id stays taken.
        Some(first) if first == digest => {
            if crate::journal::reader::is_deleted(writer.db(), AnyId(id))? {
                Err(Problem::new(Code::IdTaken))
            } else {
                Ok(Chosen::Repeated)
            }
        }
        Some(_) => Err(Problem::new(Code::IdTaken)),
        // Every thing ever made is in the journal, those with the server's own ids too.
        None if crate::journal::reader::knows(writer.db(), AnyId(id))? => Err(Problem::new(Code::IdTaken)),
        None => {
            diesel::insert_into(chosen_ids::table)
                .values((chosen_ids::id.eq(AnyId(id)), chosen_ids::digest.eq(&digest[..])))
                .execute(writer.db())?;
            Ok(Chosen::Free)
        }
    }
}
