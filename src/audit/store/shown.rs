//! Entries as they are told, with what stands beside them: values, names, links.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use serde_json::Value;

use super::Row;
use crate::audit::model::{AuditActor, AuditChange, AuditEntry, AuditRecorded, AuditThing, AuditThrough};
use crate::audit::rules::{Look, Reader};
use crate::db::Db;
use crate::db::schema::{journal_values, members};
use crate::http::problem::Result;
use crate::journal::entry::KeptValues;
use crate::journal::origin::KeptAddress;
use crate::journal::sealing;
use crate::text::Name;
use crate::types::{AnyId, Json, MemberId, OrganisationId, UserId};

type Kept = BTreeMap<String, KeptValues>;
type Members = HashMap<(OrganisationId, UserId), (MemberId, Json<Name>)>;

/// What stands beside the entries of a page.
struct Beside {
    values: HashMap<AnyId, Kept>,
    members: Members,
    links: HashMap<i64, String>,
}

pub(super) fn entries(db: &mut Db, reader: &Reader, rows: Vec<(Row, Look)>) -> Result<Vec<AuditEntry>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let beside =
        Beside { values: values(db, &rows)?, members: members(db, reader, &rows)?, links: links(db, &rows)? };
    rows.into_iter().map(|(row, look)| beside.entry(row, look)).collect()
}

fn values(db: &mut Db, rows: &[(Row, Look)]) -> Result<HashMap<AnyId, Kept>> {
    let with_values = rows.iter().filter(|(_, look)| look.tells_thing());
    let ids: Vec<AnyId> = with_values.map(|(row, _)| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(AnyId, Json<Kept>)> = journal_values::table
        .filter(journal_values::entry_id.eq_any(ids))
        .select((journal_values::entry_id, journal_values::field_values))
        .load(db)?;
    found.into_iter().map(|(id, kept)| Ok((id, kept.get()?))).collect()
}

/// Those who did it, as members of the organisation for which they did.
fn members(db: &mut Db, reader: &Reader, rows: &[(Row, Look)]) -> Result<Members> {
    let own = rows.iter().filter_map(|(row, look)| match look {
        Look::Own(own) if reader.reads_members_of(*own) => row.user_id,
        _ => None,
    });
    let mut users: Vec<UserId> = own.collect();
    users.sort_unstable();
    users.dedup();
    if users.is_empty() {
        return Ok(Members::new());
    }
    let organisations: Vec<OrganisationId> =
        reader.own().filter(|own| reader.reads_members_of(*own)).collect();
    let found: Vec<(OrganisationId, Option<UserId>, MemberId, Json<Name>)> = members::table
        .filter(members::user_id.eq_any(users.into_iter().map(Some)))
        .filter(members::organisation_id.eq_any(organisations))
        // Who left and came back is told as who they are.
        .order(members::id.asc())
        .select((members::organisation_id, members::user_id, members::id, members::name))
        .load(db)?;
    let found = found.into_iter();
    Ok(found.filter_map(|(own, user, id, name)| Some(((own, user?), (id, name)))).collect())
}

fn links(db: &mut Db, rows: &[(Row, Look)]) -> Result<HashMap<i64, String>> {
    let seqs = rows.iter().filter_map(|(row, _)| row.seq).collect();
    Ok(sealing::links_of(db, seqs)?.into_iter().map(|seal| (seal.seq, seal.hex())).collect())
}

impl Beside {
    fn entry(&self, row: Row, look: Look) -> Result<AuditEntry> {
        let changes = self.changes(&row, look)?;
        let seq = row.seq.unwrap_or_default();
        let (tells_thing, tells_person) = (look.tells_thing(), look.tells_person(row.organisation_id));
        let own = matches!(look, Look::Own(_));
        let member = match look {
            Look::Own(own) => row.user_id.and_then(|user| self.members.get(&(own, user))),
            _ => None,
        };
        let address = row.address.filter(|_| own).map(|kept| kept.cast::<KeptAddress>().get()).transpose()?;
        // Whatever a client calls its request, it comes from an address.
        let nobody = row.user_id.is_none() && row.address_digest.is_none();
        let command = row.request_id.strip_prefix("command:").filter(|_| nobody).map(ToOwned::to_owned);
        Ok(AuditEntry {
            id: row.id,
            seq,
            at: row.at,
            action: row.action,
            thing: AuditThing {
                r#type: row.thing_kind,
                id: tells_thing.then_some(row.thing_id),
                version: tells_thing.then_some(row.thing_version),
            },
            actor: AuditActor {
                user_id: row.user_id.filter(|_| tells_person),
                member_id: member.map(|(id, _)| *id),
                name: member.map(|(_, name)| name.clone()),
            },
            organisation_id: row.organisation_id,
            about_organisation_id: row.about_organisation_id,
            through: AuditThrough {
                session_id: row.session_id.filter(|_| own),
                access_token_id: row.token_id.filter(|_| tells_person),
                command,
            },
            address: address.map(|kept| kept.address),
            request_id: Some(row.request_id).filter(|_| own),
            changes,
            link: self.links.get(&seq).cloned(),
        })
    }

    fn changes(&self, row: &Row, look: Look) -> Result<Option<Vec<AuditChange>>> {
        let told = match look {
            Look::Own(_) | Look::Concerned => None,
            Look::Envelope(Some(fields)) => Some(fields),
            Look::Envelope(None) => return Ok(None),
        };
        let digests: BTreeMap<String, Option<String>> = row.digests.clone().cast().get()?;
        let kept = self.values.get(&row.id);
        let fields = digests.into_iter().filter(|(field, _)| told.is_none_or(|told| told.has(field)));
        let changes = fields.map(|(field, digest)| {
            let values = kept.and_then(|kept| kept.get(&field)).cloned();
            let (recorded, before, after) = match (digest, values) {
                (None, _) => (AuditRecorded::NameOnly, Value::Null, Value::Null),
                (Some(_), Some(values)) => (AuditRecorded::Values, values.before, values.after),
                (Some(_), None) => (AuditRecorded::Erased, Value::Null, Value::Null),
            };
            AuditChange { field, recorded, before, after }
        });
        Ok(Some(changes.collect()))
    }
}
