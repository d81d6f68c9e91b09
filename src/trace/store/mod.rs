//! Traces, read a layer at a time: in a constant number of statements for each.
//!
//! - `edges`: what stands next to things; `nodes`: the things themselves, as far as the caller sees them.

mod edges;
mod nodes;

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use uuid::Uuid;

use super::codes::NodeType;
use super::model::{Edge, Node, NodeKey, NodeOrganisation, Trace};
use super::rules::{DEEPEST, Key, Related, Walk};
use crate::access::{Caller, Right, Sight};
use crate::db::Db;
use crate::db::schema::organisations;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem, Result};
use crate::text::{LocalizedText, Name};
use crate::types::{AnyId, CalendarDate, Instant, Json, OrganisationId, TimeZoneName};

/// Who looks, and when.
#[derive(Clone)]
pub struct Looker {
    caller: Arc<Caller>,
    now: Instant,
    zone: TimeZoneName,
}

impl Looker {
    /// The caller.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let zone = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
        Ok(Self { caller: Arc::clone(call.caller()?), now: call.now(), zone })
    }

    fn sight(&self, right: Right) -> Sight {
        self.caller.sight(right)
    }

    /// The day that it is in the network's time zone.
    fn today(&self) -> CalendarDate {
        self.zone.today_in_zone(self.now)
    }
}

/// A thing as it was found, before its organisations have names.
struct Thing {
    title: Option<Json<LocalizedText>>,
    state: String,
    date: Option<CalendarDate>,
    organisations: Vec<OrganisationId>,
}

type Things = HashMap<Key, Thing>;

/// The trace of a thing.
///
/// # Errors
/// `not-found` when the caller does not see it; the engine's.
pub fn trace(db: &mut Db, looker: &Looker, root: Key) -> Result<Trace> {
    let mut things = Things::new();
    if nodes::look(db, looker, &[root], &mut things)?.seen.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let mut walk = Walk::from(root);
    let mut layer = vec![root];
    for _ in 0..DEEPEST {
        let (related, cut) = edges::around(db, looker, &layer)?;
        if cut {
            walk.cut();
        }
        let new = walk.meet(related);
        let looked = nodes::look(db, looker, &new, &mut things)?;
        layer = walk.look(&new, looked);
        if layer.is_empty() {
            return told(db, root, &walk, things);
        }
    }
    walk.cut();
    told(db, root, &walk, things)
}

fn told(db: &mut Db, root: Key, walk: &Walk, mut things: Things) -> Result<Trace> {
    let relations: Vec<Related> = walk.relations().copied().collect();
    call_by_purpose(&relations, &mut things);
    let names = names(db, walk, &things)?;
    let nodes = walk.things().iter().filter_map(|key| {
        let thing = things.remove(key)?;
        let organisations = thing.organisations.into_iter().filter_map(|organisation_id| {
            Some(NodeOrganisation { organisation_id, name: names.get(&organisation_id)?.clone() })
        });
        Some(Node {
            r#type: key.0,
            id: AnyId(key.1),
            title: thing.title,
            state: thing.state,
            date: thing.date,
            organisations: organisations.collect(),
        })
    });
    Ok(Trace {
        root: named(root),
        nodes: nodes.collect(),
        edges: relations
            .into_iter()
            .map(|one| Edge { from: named(one.from), to: named(one.to), relation: one.relation })
            .collect(),
        hidden: i64::try_from(walk.hidden()).map_err(Problem::internal)?,
        truncated: walk.is_cut(),
    })
}

fn named((kind, id): Key) -> NodeKey {
    NodeKey { r#type: kind, id: AnyId(id) }
}

/// Calls links and disbursements, which have no title of their own, by the project or programme that they are for.
fn call_by_purpose(relations: &[Related], things: &mut Things) {
    for one in relations.iter().filter(|one| matches!(one.to.0, NodeType::Project | NodeType::Programme)) {
        let title = things.get(&one.to).and_then(|thing| thing.title.clone());
        if let Some(thing) = things.get_mut(&one.from).filter(|thing| thing.title.is_none()) {
            thing.title = title;
        }
    }
}

/// What the organisations are called that the things name.
fn names(db: &mut Db, walk: &Walk, things: &Things) -> Result<HashMap<OrganisationId, Json<Name>>> {
    let of = walk.things().iter().filter_map(|key| things.get(key));
    let mut ids: Vec<OrganisationId> = of.flat_map(|thing| thing.organisations.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(OrganisationId, Json<Name>)> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((organisations::id, organisations::name))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

/// The ids of one kind among these.
fn of_kind<T: From<Uuid>>(keys: &[Key], kind: NodeType) -> Vec<T> {
    keys.iter().filter(|(one, _)| *one == kind).map(|(_, id)| T::from(*id)).collect()
}
