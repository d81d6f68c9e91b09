//! Personal values of those who were invited, erased.

use diesel::prelude::*;

use super::issued::{KIND, revoke};
use crate::db::schema::invitations as i;
use crate::db::{Db, MultiBackend};
use crate::http::problem::Result;
use crate::journal::{Changes, Erasure, Thing, Writer};
use crate::mail::outbox;
use crate::text::Name;
use crate::types::{Instant, InvitationId, Json, MemberId, OrganisationId, UserId};

/// Which invitations are somebody's.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Those of this organisation alone.
    pub organisation: Option<OrganisationId>,
    /// Those that let one of these members sign in.
    pub members: Vec<MemberId>,
    /// Those that this user accepted.
    pub user: Option<UserId>,
    /// Those for one of these addresses, folded.
    pub emails: Vec<String>,
    /// Those for one of these numbers.
    pub phones: Vec<String>,
}

type Found = diesel::helper_types::IntoBoxed<'static, i::table, MultiBackend>;
type Row = (InvitationId, Option<Json<Name>>, Option<String>, Option<String>, bool);

impl About {
    /// A query for each of its ways, so that each goes by its own index.
    fn queries(&self) -> Vec<Found> {
        let all = || {
            let query = i::table.into_boxed();
            match self.organisation {
                Some(organisation) => query.filter(i::organisation_id.eq(Some(organisation))),
                None => query,
            }
        };
        let mut queries = Vec::new();
        queries.extend(self.members.iter().map(|member| all().filter(i::member_id.eq(Some(*member)))));
        queries.extend(self.user.iter().map(|user| all().filter(i::accepted_by.eq(Some(*user)))));
        queries.extend(self.emails.iter().map(|email| all().filter(i::email.eq(Some(email.clone())))));
        queries.extend(self.phones.iter().map(|phone| all().filter(i::phone.eq(Some(phone.clone())))));
        queries
    }
}

/// The addresses and numbers at which a user accepted an invitation: what they only wrote themselves proves
/// nothing, and erases nothing of others.
///
/// # Errors
/// The engine's.
pub fn accepted_at(db: &mut Db, user: UserId) -> Result<(Vec<String>, Vec<String>)> {
    let rows: Vec<(Option<String>, Option<String>)> =
        i::table.filter(i::accepted_by.eq(Some(user))).select((i::email, i::phone)).load(db)?;
    let (emails, phones): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Ok((emails.into_iter().flatten().collect(), phones.into_iter().flatten().collect()))
}

/// Erases whom invitations were for. One that is open is withdrawn: without an address it would be anybody's.
///
/// # Errors
/// The engine's.
pub fn erase(w: &mut Writer<'_>, about: &About) -> Result<()> {
    let mut found: Vec<Row> = Vec::new();
    for query in about.queries() {
        let open = i::accepted_at.is_null().and(i::revoked_at.is_null());
        found.extend(query.select((i::id, i::name, i::email, i::phone, open)).load::<Row>(w.db())?);
    }
    found.sort_by_key(|(id, ..)| *id);
    found.dedup_by_key(|(id, ..)| *id);
    found.into_iter().try_for_each(|row| erase_one(w, row))
}

fn erase_one(w: &mut Writer<'_>, (id, name, email, phone, open): Row) -> Result<()> {
    let now: Instant = w.now();
    if open {
        revoke(w, id, now)?;
    }
    outbox::withdraw(w, id)?;
    let thing = Thing::new(KIND, id);
    let held = [("name", name.is_some()), ("email", email.is_some()), ("phone", phone.is_some())];
    let changes = held.iter().filter(|(_, held)| *held);
    let changes = changes.fold(Changes::none(), |all, (name, _)| all.with_name(name));
    if changes.is_empty() {
        return w.erase_kept(Erasure::Invitation, thing).map(drop);
    }
    diesel::update(i::table.find(id))
        .set((i::name.eq(None::<Json<Name>>), i::email.eq(None::<String>), i::phone.eq(None::<String>)))
        .execute(w.db())?;
    w.erase(Erasure::Invitation, thing, 3, changes)
}
