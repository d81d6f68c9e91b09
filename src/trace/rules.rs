//! How a trace goes from a thing to what hangs together with it, a layer at a time: pure, whatever the layers are read
//! from. No I/O.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::codes::{NodeType, Relation};

/// So many steps from the root a trace goes.
pub const DEEPEST: usize = 12;
/// So many things a trace has at the most.
pub const MOST: usize = 200;
/// So many relations of one kind are read for a layer.
pub const MOST_READ: i64 = 1_000;

/// A thing by its kind and id.
pub type Key = (NodeType, Uuid);

/// A relation from a thing to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Related {
    /// From this one
    pub from: Key,
    /// to that one.
    pub to: Key,
    /// How they stand.
    pub relation: Relation,
}

/// What of a layer's things the caller sees, and what of the others is counted.
#[derive(Debug, Default)]
pub struct Looked {
    /// They see these.
    pub seen: Vec<Key>,
    /// Visits and programmes that they don't see, and that are no drafts.
    pub hidden: Vec<Key>,
}

/// A trace as far as it has come.
#[derive(Debug, Default)]
pub struct Walk {
    order: Vec<Key>,
    known: HashMap<Key, bool>,
    hidden: HashSet<Key>,
    edges: Vec<Related>,
    told: HashSet<Related>,
    cut: bool,
}

impl Walk {
    /// From the thing where it begins, which the caller sees.
    pub fn from(root: Key) -> Self {
        Self { order: vec![root], known: HashMap::from([(root, true)]), ..Self::default() }
    }

    /// Takes in the relations of a layer; answers the things among them that were not met before.
    pub fn meet(&mut self, related: Vec<Related>) -> Vec<Key> {
        let mut new = Vec::new();
        for one in related {
            for end in [one.from, one.to] {
                if !self.known.contains_key(&end) && !new.contains(&end) {
                    new.push(end);
                }
            }
            if self.told.insert(one) {
                self.edges.push(one);
            }
        }
        new
    }

    /// Takes in what of the new things the caller sees; answers the next layer.
    pub fn look(&mut self, new: &[Key], looked: Looked) -> Vec<Key> {
        let mut next = Vec::new();
        self.hidden.extend(looked.hidden);
        for key in new {
            let seen = looked.seen.contains(key);
            if seen && self.order.len() >= MOST {
                // It is not known then: another layer may not lead past it either.
                self.cut = true;
                continue;
            }
            self.known.insert(*key, seen);
            if seen {
                self.order.push(*key);
                next.push(*key);
            }
        }
        next
    }

    /// Says that more was there than was read.
    pub fn cut(&mut self) {
        self.cut = true;
    }

    /// The things, the nearest first.
    pub fn things(&self) -> &[Key] {
        &self.order
    }

    /// The relations of which the caller sees both things.
    pub fn relations(&self) -> impl Iterator<Item = &Related> {
        let seen = |key: &Key| self.known.get(key).is_some_and(|seen| *seen);
        self.edges.iter().filter(move |one| seen(&one.from) && seen(&one.to))
    }

    /// How many things are counted and not told.
    pub fn hidden(&self) -> usize {
        self.hidden.len()
    }

    /// Whether more hangs together with it than was told.
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NodeType as N;

    fn key(kind: NodeType, number: u128) -> Key {
        (kind, Uuid::from_u128(number))
    }

    fn related(from: Key, relation: Relation, to: Key) -> Related {
        Related { from, to, relation }
    }

    #[test]
    fn a_thing_is_met_once_and_a_relation_told_once() {
        let (visit, promise) = (key(N::Visit, 1), key(N::Commitment, 2));
        let mut walk = Walk::from(visit);
        let one = related(promise, Relation::AgreedIn, visit);
        assert_eq!(walk.meet(vec![one, one]), [promise]);
        assert_eq!(walk.look(&[promise], Looked { seen: vec![promise], hidden: vec![] }), [promise]);
        assert!(walk.meet(vec![one]).is_empty());
        assert_eq!(walk.things(), [visit, promise]);
        assert_eq!(walk.relations().count(), 1);
        assert_eq!((walk.hidden(), walk.is_cut()), (0, false));
    }

    #[test]
    fn what_is_not_seen_is_counted_once_and_not_told() {
        let (link, promise, visit) = (key(N::DonorLink, 1), key(N::Commitment, 2), key(N::Visit, 3));
        let mut walk = Walk::from(link);
        let new = walk.meet(vec![related(link, Relation::ArisesFrom, promise)]);
        assert!(walk.look(&new, Looked { seen: vec![], hidden: vec![visit] }).is_empty());
        walk.look(&[], Looked { seen: vec![], hidden: vec![visit] });
        assert_eq!(walk.things(), [link]);
        assert_eq!(walk.relations().count(), 0);
        assert_eq!(walk.hidden(), 1);
    }

    #[test]
    fn it_is_cut_where_it_has_most() {
        let root = key(N::DonorLink, 0);
        let mut walk = Walk::from(root);
        let paid: Vec<Key> = (1..=MOST as u128).map(|number| key(N::Disbursement, number)).collect();
        let new = walk.meet(paid.iter().map(|one| related(*one, Relation::ArisesFrom, root)).collect());
        let next = walk.look(&new, Looked { seen: new.clone(), hidden: vec![] });
        assert_eq!((next.len(), walk.things().len()), (MOST - 1, MOST));
        assert_eq!(walk.relations().count(), MOST - 1);
        assert!(walk.is_cut());
    }
}
