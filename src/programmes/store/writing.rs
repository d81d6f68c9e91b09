//! A programme written: inserted, saved, removed, and what follows from that.

use diesel::prelude::*;
use serde::Serialize;

use super::KIND;
use super::programmes::{load, lock_roots};
use crate::access::Permit;
use crate::commitments::fulfilment;
use crate::commitments::model::Fulfilment;
use crate::db::schema::{
    audience, programme_communities, programme_partners, programme_sectors, programme_signatures,
    programme_terms, programmes,
};
use crate::http::call::PageRequest;
use crate::http::page::Limit;
use crate::http::problem::Result;
use crate::items::{self, Stored};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::seen::kept;
use crate::programmes::model::terms::JournaledSignature;
use crate::programmes::model::{Activity, Indicator, Loaded, PartnerRow, ProgrammeRow};
use crate::programmes::rules::{self, effects};
use crate::types::{AnyId, Json, OrganisationId, Period, ProgrammeId};

/// What the journal keeps of a programme itself, by the names that the API has for it; what is carried out and
/// counted in it is kept as things of their own.
#[derive(Serialize)]
struct Journaled<'a> {
    #[serde(flatten)]
    row: &'a ProgrammeRow,
    period: Period,
    partners: Vec<&'a PartnerRow>,
    terms_digest: &'a str,
    signatures: Vec<JournaledSignature<'a>>,
    pending_amendment: Option<PendingTerms<'a>>,
    pending_removal: Option<PendingTerms<'a>>,
}

/// Terms that wait, as the journal keeps them.
#[derive(Serialize)]
struct PendingTerms<'a> {
    revision: i64,
    digest: &'a str,
    organisation_id: Option<OrganisationId>,
}

impl<'a> Journaled<'a> {
    fn of(programme: &'a Loaded) -> Self {
        let pending = |removal: bool| {
            let waits = programme.pending.as_ref();
            waits.filter(|one| one.removes_organisation_id.is_some() == removal).map(|one| PendingTerms {
                revision: one.revision,
                digest: &one.digest,
                organisation_id: one.removes_organisation_id,
            })
        };
        Self {
            row: &programme.row,
            period: programme.row.period(),
            partners: programme.partners.iter().map(|(partner, _)| partner).collect(),
            terms_digest: &programme.terms.digest,
            signatures: programme.signatures.iter().map(JournaledSignature::from).collect(),
            pending_amendment: pending(false),
            pending_removal: pending(true),
        }
    }
}

/// Adds a draft, seen by its own organisation only.
///
/// # Errors
/// The engine's.
pub fn insert(w: &mut Writer<'_>, _permit: &Permit, programme: &Loaded) -> Result<()> {
    diesel::insert_into(programmes::table).values(&programme.row).execute(w.db())?;
    diesel::insert_into(programme_terms::table).values(&programme.terms).execute(w.db())?;
    for (partner, _) in &programme.partners {
        diesel::insert_into(programme_partners::table).values(partner).execute(w.db())?;
    }
    find_by(w, None, &programme.row)?;
    let thing = Thing::new(KIND, programme.row.id);
    w.of_draft(true);
    w.record(Entry {
        action: "programme.created",
        thing,
        version: programme.row.version,
        changes: Changes::between(None, Some(&Journaled::of(programme)))?,
    })?;
    w.show_new_to(thing, &programme.audiences())
}

/// Writes a changed programme: raises its version, journals what changed, shows it to whom it is for now and moves on
/// the commitment that it arises from.
///
/// # Errors
/// `commitment-taken`, `state-conflict` of that commitment; the engine's.
pub fn save(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    after: &mut Loaded,
    action: &'static str,
) -> Result<()> {
    write(w, before, after, action)
}

fn write(w: &mut Writer<'_>, before: &Loaded, after: &mut Loaded, action: &'static str) -> Result<()> {
    after.row.version = before.row.version + 1;
    after.row.updated_at = w.now();
    for (partner, _) in &mut after.partners {
        partner.state = after.row.state;
    }
    keep_for_leavers(w, before, after)?;
    diesel::update(programmes::table.find(after.row.id)).set(&after.row).execute(w.db())?;
    write_partners(w, before, after)?;
    write_terms(w, before, after)?;
    find_by(w, Some(&before.row), &after.row)?;
    let changes = Changes::between(Some(&Journaled::of(before)), Some(&Journaled::of(after)))?;
    let thing = Thing::new(KIND, after.row.id);
    w.of_draft(is_draft(before) && is_draft(after));
    w.record(Entry { action, thing, version: after.row.version, changes })?;
    w.show_to(thing, after.row.created_at, &after.audiences())?;
    fulfil(w, before, after)
}

fn is_draft(programme: &Loaded) -> bool {
    programme.row.state == ProgrammeState::Draft
}

/// Who is a partner of an agreed programme no more keeps it as it is now, however that came; who is one again
/// sees it as it goes on.
fn keep_for_leavers(w: &Writer<'_>, before: &Loaded, after: &mut Loaded) -> Result<()> {
    let gone: Vec<OrganisationId> =
        before.current().into_iter().filter(|one| after.partner(*one).is_none()).collect();
    if gone.is_empty() || before.row.agreed_at.is_none() {
        return Ok(());
    }
    let kept = Json::new(&kept(after, w.now())?)?;
    for (partner, _) in &mut after.partners {
        if gone.contains(&partner.organisation_id) {
            partner.seen_last = Some(kept.clone());
        }
    }
    Ok(())
}

fn write_partners(w: &mut Writer<'_>, before: &Loaded, after: &Loaded) -> Result<()> {
    let known = |partners: &Loaded, id: OrganisationId| {
        partners.partners.iter().map(|(row, _)| row).find(|row| row.organisation_id == id).cloned()
    };
    for (gone, _) in &before.partners {
        if known(after, gone.organisation_id).is_none() {
            diesel::delete(programme_partners::table.find((gone.programme_id, gone.organisation_id)))
                .execute(w.db())?;
        }
    }
    for (partner, _) in &after.partners {
        match known(before, partner.organisation_id) {
            None => {
                diesel::insert_into(programme_partners::table).values(partner).execute(w.db())?;
            }
            Some(known) if known != *partner => {
                diesel::update(
                    programme_partners::table.find((partner.programme_id, partner.organisation_id)),
                )
                .set(partner)
                .execute(w.db())?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Revisions that are new or that something became of, and new signatures: none is ever taken away.
fn write_terms(w: &mut Writer<'_>, before: &Loaded, after: &Loaded) -> Result<()> {
    let there = [Some(&before.terms), before.pending.as_ref()];
    let now = std::iter::once(&after.terms).chain(&after.pending);
    for row in now.chain(&after.ended) {
        let known = there.iter().flatten().find(|known| known.revision == row.revision);
        match known {
            None => {
                diesel::insert_into(programme_terms::table).values(row).execute(w.db())?;
            }
            Some(known) if *known != row => {
                diesel::update(programme_terms::table.find((row.programme_id, row.revision)))
                    .set(row)
                    .execute(w.db())?;
            }
            Some(_) => {}
        }
    }
    for signature in &after.signatures {
        let known = before.signatures.iter().any(|known| {
            known.revision == signature.revision && known.organisation_id == signature.organisation_id
        });
        if !known {
            diesel::insert_into(programme_signatures::table).values(signature).execute(w.db())?;
        }
    }
    Ok(())
}

/// Keeps by what lists are narrowed.
fn find_by(w: &mut Writer<'_>, before: Option<&ProgrammeRow>, after: &ProgrammeRow) -> Result<()> {
    if before.is_none_or(|before| before.sectors != after.sectors) {
        let own = programme_sectors::table.filter(programme_sectors::programme_id.eq(after.id));
        diesel::delete(own).execute(w.db())?;
        for sector in after.sectors.get()? {
            diesel::insert_into(programme_sectors::table)
                .values((programme_sectors::programme_id.eq(after.id), programme_sectors::sector.eq(sector)))
                .execute(w.db())?;
        }
    }
    if before.is_none_or(|before| before.community_ids != after.community_ids) {
        let own = programme_communities::table.filter(programme_communities::programme_id.eq(after.id));
        diesel::delete(own).execute(w.db())?;
        for community in after.community_ids.get()? {
            diesel::insert_into(programme_communities::table)
                .values((
                    programme_communities::programme_id.eq(after.id),
                    programme_communities::community_id.eq(community),
                ))
                .execute(w.db())?;
        }
    }
    Ok(())
}

fn fulfil(w: &mut Writer<'_>, before: &Loaded, after: &Loaded) -> Result<()> {
    let Some(commitment) = after.row.arises_from_commitment_id else { return Ok(()) };
    let by = Fulfilment::Programme.by(after.row.id.uuid());
    fulfilment::move_on(w, commitment, by, rules::fulfils(before.row.state), rules::fulfils(after.row.state))
}

/// Removes a draft that was never proposed, or taken back.
///
/// # Errors
/// The engine's.
pub fn delete(w: &mut Writer<'_>, permit: &Permit, programme: &Loaded) -> Result<()> {
    let id = programme.row.id;
    w.of_draft(true);
    delete_items(w, permit, id)?;
    diesel::delete(programme_signatures::table.filter(programme_signatures::programme_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(programme_terms::table.filter(programme_terms::programme_id.eq(id))).execute(w.db())?;
    diesel::delete(programme_partners::table.filter(programme_partners::programme_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(programme_sectors::table.filter(programme_sectors::programme_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(programme_communities::table.filter(programme_communities::programme_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(programmes::table.find(id)).execute(w.db())?;
    diesel::delete(audience::table.filter(audience::thing_id.eq(AnyId(id.0)))).execute(w.db())?;
    w.record(Entry {
        action: "programme.deleted",
        thing: Thing::new(KIND, id),
        version: programme.row.version + 1,
        changes: Changes::between(Some(&Journaled::of(programme)), None)?,
    })
}

/// What was planned in a draft goes with it, each thing by itself: nothing is carried out or pledged in one.
fn delete_items(w: &mut Writer<'_>, permit: &Permit, id: ProgrammeId) -> Result<()> {
    fn all<I: Stored<Parent = Loaded>>(w: &mut Writer<'_>, permit: &Permit, id: ProgrammeId) -> Result<()> {
        let first = PageRequest { limit: Limit::MAX, after: None };
        loop {
            let items = I::page(w.db(), id, &first)?;
            if items.is_empty() {
                return Ok(());
            }
            items.iter().try_for_each(|item| items::store::delete(w, permit, item))?;
        }
    }
    all::<Activity>(w, permit, id)?;
    all::<Indicator>(w, permit, id)
}

/// Moves on what hangs on whether an organisation can act: it has just left `active`, or come back to it.
///
/// # Errors
/// The engine's.
pub fn partner_standing_changed(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    let open =
        [ProgrammeState::Proposed, ProgrammeState::Agreed, ProgrammeState::Active, ProgrammeState::Suspended];
    let ids: Vec<ProgrammeId> = programme_partners::table
        .filter(programme_partners::organisation_id.eq(organisation))
        .filter(programme_partners::state.eq_any(open))
        .order(programme_partners::programme_id.asc())
        .select(programme_partners::programme_id)
        .load(w.db())?;
    lock_roots(w, &ids)?;
    for id in ids {
        if let Some(programme) = load(w.db(), id)? {
            move_on(w, &programme, "programme.partner_standing_changed")?;
        }
    }
    Ok(())
}

/// Writes a programme that is further than it stands by what follows by itself; answers it as it is then.
///
/// # Errors
/// The engine's.
pub fn move_on(w: &mut Writer<'_>, programme: &Loaded, action: &'static str) -> Result<Loaded> {
    let mut after = programme.clone();
    effects::settle(&mut after, w.now())?;
    if after != *programme {
        write(w, programme, &mut after, action)?;
    }
    Ok(after)
}

/// The programmes under way that an organisation leads.
///
/// # Errors
/// The engine's.
pub fn led_by(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<Vec<ProgrammeId>> {
    use crate::programmes::codes::PartnerRole;
    let under_way = [ProgrammeState::Agreed, ProgrammeState::Active, ProgrammeState::Suspended];
    Ok(programme_partners::table
        .filter(programme_partners::organisation_id.eq(organisation))
        .filter(programme_partners::state.eq_any(under_way))
        .filter(programme_partners::role.eq(PartnerRole::Lead))
        .filter(programme_partners::left_on.is_null())
        .order(programme_partners::programme_id.asc())
        .select(programme_partners::programme_id)
        .load(w.db())?)
}
