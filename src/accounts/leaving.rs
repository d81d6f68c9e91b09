//! Somebody has their account erased, and with it all that they were anywhere.

use diesel::prelude::*;
use serde::Serialize;

use super::store::{self, Account};
use crate::access::SelfPermit;
use crate::db::schema::organisations;
use crate::db::{Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::store as invitations;
use crate::journal::Writer;
use crate::members::model::Member;
use crate::members::store::erasing as members;
use crate::organisations::store::applicants;
use crate::text::Name;
use crate::types::{CalendarDate, Json, OrganisationId, UserId};

/// An organisation whose last admin somebody is.
#[derive(Serialize)]
struct Administered {
    organisation_id: OrganisationId,
    organisation_name: Json<Name>,
}

/// Locks an account and, before it, the organisations that it belongs or belonged to, in the order of their ids.
///
/// # Errors
/// `invalid-token` when the account was erased meanwhile.
pub fn lock(w: &mut Writer<'_>, user: UserId) -> Result<Account> {
    let mut organisations: Vec<_> =
        members::of_user(w.db(), user)?.iter().map(|entry| entry.organisation_id).collect();
    organisations.sort_unstable();
    organisations.dedup();
    for organisation in organisations {
        dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
    }
    store::lock(w, user)
}

/// Erases a locked account: ends its memberships, erases their entries, its invitations and applications.
///
/// # Errors
/// `last-admin` with the organisations that would have none; `last-network-admin`.
pub fn erase(w: &mut Writer<'_>, by: &SelfPermit, account: &Account, today: CalendarDate) -> Result<()> {
    store::check_network_keeps_an_admin(w, account)?;
    let entries = members::of_user(w.db(), by.user())?;
    for entry in &entries {
        // Locked already, but for one that was joined in this very moment.
        dialect::lock(w.db(), Root::Organisation, entry.organisation_id.uuid())?;
    }
    check_no_last_admin(w, &entries)?;
    let (emails, phones) = invitations::accepted_at(w.db(), by.user())?;
    // Anybody can write an address into their account: only where they were invited they were proved to be.
    let logins = store::LoginColumns {
        email: account.email.clone().filter(|email| emails.contains(email)),
        phone: account.phone.clone().filter(|phone| phones.contains(phone)),
    };
    for entry in &entries {
        members::erase_entry(w, entry, today)?;
        invitations::erase(w, &members::about(entry, Some(entry.organisation_id), &logins))?;
    }
    w.act_for(None);
    let everywhere = invitations::About {
        user: Some(by.user()),
        emails: logins.email.iter().cloned().collect(),
        phones: logins.phone.iter().cloned().collect(),
        ..invitations::About::default()
    };
    invitations::erase(w, &everywhere)?;
    applicants::erase(w, &logins)?;
    store::erase(w, by, account)
}

fn check_no_last_admin(w: &mut Writer<'_>, entries: &[Member]) -> Result<()> {
    let mut administered = Vec::new();
    for entry in entries {
        if members::is_last_admin(w.db(), entry)? {
            let organisation_id = entry.organisation_id;
            let organisation_name =
                organisations::table.find(organisation_id).select(organisations::name).first(w.db())?;
            administered.push(Administered { organisation_id, organisation_name });
        }
    }
    if administered.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::LastAdmin).with("organisations", administered))
}
