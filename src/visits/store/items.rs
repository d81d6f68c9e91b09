//! Delegates, agenda, discussions and commitments: each its own table; what is written beside their rows.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::facets;
use crate::access::Right;
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{
    commitments, delegate_links, visit_agenda_items, visit_agenda_projects, visit_delegates,
    visit_discussions,
};
use crate::http::problem::Result;
use crate::items::Around;
use crate::journal::Writer;
use crate::journal::audience::seen_among;
use crate::stored;
use crate::types::{AnyId, DelegateId, Json, ProjectId, VisitId};
use crate::visits::model::{AgendaItem, Delegate, Discussion, Looker};

stored!(
    Delegate, visit_delegates, below visit_id: VisitId,
    all by (visit_delegates::created_at.asc(), visit_delegates::id.asc())
);
stored!(
    AgendaItem, visit_agenda_items, below visit_id: VisitId,
    all by (visit_agenda_items::position.asc(), visit_agenda_items::id.asc())
);
stored!(
    Discussion, visit_discussions, below visit_id: VisitId,
    all by (visit_discussions::created_at.asc(), visit_discussions::id.asc())
);
stored!(
    Commitment, commitments, below visit_id: VisitId,
    all by (commitments::created_at.asc(), commitments::id.asc())
);

impl Around for Delegate {
    /// Whether it brought up a discussion.
    fn is_in_use(&self, db: &mut Db) -> Result<bool> {
        let raised = visit_discussions::table.filter(visit_discussions::raised_by.eq(self.id));
        Ok(diesel::select(diesel::dsl::exists(raised)).get_result(db)?)
    }

    /// Remembers which member a delegate is said to be, for as long as the member's values may have to be
    /// erased: when the delegate is removed, or said to be another, the journal still has them.
    fn follow(w: &mut Writer<'_>, _before: Option<&Self>, after: Option<&Self>) -> Result<()> {
        let Some(delegate) = after else { return Ok(()) };
        let Some(member) = delegate.member_id else { return Ok(()) };
        let known: Option<DelegateId> = delegate_links::table
            .find((member, delegate.id))
            .select(delegate_links::delegate_id)
            .first(w.db())
            .optional()?;
        if known.is_none() {
            diesel::insert_into(delegate_links::table)
                .values((
                    delegate_links::member_id.eq(member),
                    delegate_links::delegate_id.eq(delegate.id),
                    delegate_links::visit_id.eq(delegate.visit_id),
                ))
                .execute(w.db())?;
        }
        Ok(())
    }
}

impl Around for AgendaItem {
    fn before_removal(&self, db: &mut Db) -> Result<()> {
        let own = visit_agenda_projects::table.filter(visit_agenda_projects::agenda_item_id.eq(self.id));
        diesel::delete(own).execute(db)?;
        Ok(())
    }

    /// Keeps which projects it is about, to be looked up.
    fn follow(w: &mut Writer<'_>, before: Option<&Self>, after: Option<&Self>) -> Result<()> {
        let Some(item) = after else { return Ok(()) };
        let named = |item: &Self| -> Result<BTreeSet<ProjectId>> {
            Ok(item.project_ids.get()?.into_iter().collect())
        };
        let (stood, stands) = (before.map(named).transpose()?.unwrap_or_default(), named(item)?);
        for gone in stood.difference(&stands) {
            diesel::delete(visit_agenda_projects::table.find((*gone, item.id))).execute(w.db())?;
        }
        for new in stands.difference(&stood) {
            diesel::insert_into(visit_agenda_projects::table)
                .values((
                    visit_agenda_projects::project_id.eq(*new),
                    visit_agenda_projects::agenda_item_id.eq(item.id),
                ))
                .execute(w.db())?;
        }
        Ok(())
    }

    /// Projects are named to those who see them.
    fn veil(items: &mut [Self], db: &mut Db, looker: &Looker) -> Result<()> {
        let mut named: Vec<AnyId> = Vec::new();
        for item in items.iter() {
            named.extend(item.project_ids.get()?.into_iter().map(|id| AnyId(id.0)));
        }
        if named.is_empty() {
            return Ok(());
        }
        let seen = seen_among(db, &looker.caller.sight(Right::ProjectsRead), named)?;
        for item in items {
            let mut shown = item.project_ids.get()?;
            shown.retain(|id| seen.contains(&AnyId(id.0)));
            item.project_ids = Json::new(&shown)?;
        }
        Ok(())
    }
}

impl Around for Discussion {
    /// Keeps under which topics its visit is found.
    fn follow(w: &mut Writer<'_>, before: Option<&Self>, after: Option<&Self>) -> Result<()> {
        let topic = |discussion: &Self| discussion.topic;
        match before.or(after) {
            Some(one) => facets::keep_topics(w, one.visit_id, before.map(topic), after.map(topic)),
            None => Ok(()),
        }
    }
}

impl Around for Commitment {
    /// Whether it brought something forth.
    fn is_in_use(&self, _db: &mut Db) -> Result<bool> {
        Ok(self.fulfilled_by.is_some())
    }

    fn before_removal(&self, db: &mut Db) -> Result<()> {
        crate::commitments::store::unlist(db, self.id)
    }

    fn veil(items: &mut [Self], db: &mut Db, looker: &Looker) -> Result<()> {
        crate::commitments::store::hide_unseen(items, db, &looker.caller)
    }
}
