//! Who applied for an organisation, erased.

use diesel::prelude::*;

use super::KIND;
use crate::accounts::store::LoginColumns;
use crate::db::schema::organisations::dsl;
use crate::http::problem::Result;
use crate::journal::{Changes, Erasure, Thing, Writer};
use crate::organisations::codes::OrganisationStatus as Status;
use crate::organisations::model::Applicant;
use crate::types::{Email, Json, OrganisationId, Phone};

/// Erases the applicant of every application that is reached by one of these. Of those admitted nothing is kept.
///
/// # Errors
/// The engine's.
pub fn erase(w: &mut Writer<'_>, logins: &LoginColumns) -> Result<()> {
    let applications: Vec<(OrganisationId, i64, Option<Json<Applicant>>)> = dsl::organisations
        .filter(dsl::status.eq_any([Status::Applied, Status::Returned, Status::Rejected]))
        .filter(dsl::applicant.is_not_null())
        .order(dsl::id.asc())
        .select((dsl::id, dsl::version, dsl::applicant))
        .load(w.db())?;
    for (id, version, applicant) in applications {
        let Some(applicant) = applicant.map(|applicant| applicant.get()).transpose()? else { continue };
        let email = applicant.email.as_ref().map(Email::folded);
        let phone = applicant.phone.as_ref().map(Phone::as_str);
        let same_email = email.is_some() && email == logins.email;
        if !same_email && (phone.is_none() || phone != logins.phone.as_deref()) {
            continue;
        }
        let (now, version) = (w.now(), version + 1);
        diesel::update(dsl::organisations.find(id))
            .set((
                dsl::applicant.eq(None::<Json<Applicant>>),
                dsl::version.eq(version),
                dsl::updated_at.eq(now),
            ))
            .execute(w.db())?;
        let changes = Changes::none().with_name("applicant");
        w.erase(Erasure::Applicant, Thing::new(KIND, id), version, changes)?;
    }
    Ok(())
}
