//! Whom an organisation may invite.

use diesel::prelude::*;

use crate::access::{Permit, Role};
use crate::accounts::model::Login;
use crate::accounts::store as accounts;
use crate::db::schema::members;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::text::Name;
use crate::types::{Json, MemberId};

/// The name of a member who is to sign in.
///
/// # Errors
/// `validation-failed` when the organisation has no such member; `already-member` when they sign in already.
pub fn member_to_invite(w: &mut Writer<'_>, permit: &Permit, member: MemberId) -> Result<Name> {
    let found: Option<(Json<Name>, Option<Role>)> = members::table
        .find(member)
        .filter(members::organisation_id.eq(permit.organisation()))
        .filter(members::left_on.is_null())
        .select((members::name, members::role))
        .first(w.db())
        .optional()?;
    match found {
        None => Err(Problem::errors(vec![FieldError::new(
            "/member_id",
            "unknown-reference",
            "the organisation has no such member",
        )])),
        Some((_, Some(_))) => Err(Problem::new(Code::AlreadyMember)),
        Some((name, None)) => name.get(),
    }
}

/// Refuses to invite somebody who signs in for this organisation already. Of others nothing is said.
///
/// # Errors
/// `already-member`.
pub fn check_not_member(w: &mut Writer<'_>, permit: &Permit, logins: &[Login]) -> Result<()> {
    for login in logins {
        let Some(account) = accounts::find_by_login(w.db(), login)? else { continue };
        let member: Option<MemberId> = members::table
            .filter(members::organisation_id.eq(permit.organisation()))
            .filter(members::user_id.eq(Some(account.id)))
            .filter(members::left_on.is_null())
            .filter(members::role.is_not_null())
            .select(members::id)
            .first(w.db())
            .optional()?;
        if member.is_some() {
            return Err(Problem::new(Code::AlreadyMember));
        }
    }
    Ok(())
}
