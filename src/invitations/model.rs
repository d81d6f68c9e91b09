//! Public types of invitations.

use crate::access::Role;
use crate::accounts::model::NetworkRoleName;
use crate::accounts::password::Password;
use crate::http::cursor::Cursor;
use crate::http::decode::{At, Text};
use crate::http::view::ShownOnce;
use crate::text::{LocalizedText, Name};
use crate::types::codes::codes;
use crate::types::{Email, Instant, InvitationId, Json, MemberId, OrganisationId, Phone, UserId};
use crate::{body, view};

codes! {
    /// Where an invitation stands.
    pub enum InvitationState in "invitation.state" {
        /// Waits to be accepted.
        Pending = "pending",
        /// Made somebody a member.
        Accepted = "accepted",
        /// Too old.
        Expired = "expired",
        /// Withdrawn.
        Revoked = "revoked",
        /// A member objected to it.
        Objected = "objected",
    }
}

view! {
    /// An invitation, without what opens it.
    pub struct Invitation {
        /// Its id.
        pub id: InvitationId,
        /// The role that it gives; null for the network's admin.
        pub role: Option<Role>,
        /// Whom it is for.
        pub name: Option<Json<Name>>,
        /// Their title in the organisation.
        pub title: Option<Json<LocalizedText>>,
        /// The member whom it lets sign in.
        pub member_id: Option<MemberId>,
        /// The e-mail address for which it is.
        pub email: Option<String>,
        /// The telephone number for which it is.
        pub phone: Option<String>,
        /// Where it stands.
        pub state: InvitationState,
        /// Why the network's admin issued it, for an organisation without an admin of its own.
        pub reason: Option<Json<LocalizedText>>,
        /// Who issued it.
        pub invited_by: Option<UserId>,
        /// From when it works.
        pub usable_from: Instant,
        /// Until when it works.
        pub expires_at: Instant,
        /// When it was accepted.
        pub accepted_at: Option<Instant>,
        /// When it was issued.
        pub created_at: Instant,
    }
}

impl Invitation {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

view! {
    /// An invitation just issued. Token, code and link are shown in this answer only: who issued it
    /// passes one of them on.
    pub struct IssuedInvitation {
        /// Its id.
        pub id: InvitationId,
        /// The role that it gives; null for the network's admin.
        pub role: Option<Role>,
        /// Until when it works.
        pub expires_at: Instant,
        /// What opens it.
        pub token: ShownOnce,
        /// The same, to be read out.
        pub code: ShownOnce,
        /// An address with the token in it.
        pub link: ShownOnce,
    }
}

view! {
    /// What an invitation is for, to be shown before it is accepted.
    pub struct InvitationPreview {
        /// The organisation; null for the network itself.
        pub organisation_id: Option<OrganisationId>,
        /// What the organisation is called.
        pub organisation_name: Option<Json<Name>>,
        /// The role in the organisation.
        pub role: Option<Role>,
        /// The role in the network.
        pub network_role: Option<NetworkRoleName>,
        /// Whom it is for.
        pub name: Option<Json<Name>>,
        /// Their title in the organisation.
        pub title: Option<Json<LocalizedText>>,
        /// The e-mail address with which they will sign in; null together with the number: to be given.
        pub email: Option<String>,
        /// The telephone number with which they will sign in.
        pub phone: Option<String>,
        /// From when it works.
        pub usable_from: Instant,
        /// Until when it works.
        pub expires_at: Instant,
    }
}

body! {
    /// Somebody to be invited.
    pub struct NewInvitation {
        /// Their e-mail address, if they are to sign in with it.
        pub email: Option<Email>,
        /// Their telephone number, if they are to sign in with it.
        pub phone: Option<Phone>,
        /// What they may do.
        pub role: Role,
        /// The member who is to sign in; this or a name.
        pub member_id: Option<MemberId>,
        /// The name of a new member; this or a member.
        pub name: Option<Name>,
        /// The title of a new member.
        pub title: Option<LocalizedText>,
    }
    where check = member_or_name
}

fn member_or_name(new: &NewInvitation, at: &mut At<'_>) {
    match (&new.member_id, &new.name) {
        (None, None) => at.member("name", |at| at.report("required", "is required, or a member_id is")),
        (Some(_), Some(_)) => {
            at.member("name", |at| at.report("not-both", "give a member_id or a name"));
        }
        _ => {}
    }
    if new.member_id.is_some() && new.title.is_some() {
        at.member("title", |at| at.report("not-both", "the member has a title, or none"));
    }
}

body! {
    /// What opens an invitation.
    pub struct InvitationKey {
        /// The token; this or the code.
        pub token: Option<Text<1, 200>>,
        /// The code that was read out; this or the token.
        pub code: Option<Text<1, 100>>,
    }
    where check = token_or_code
}

fn token_or_code(key: &InvitationKey, at: &mut At<'_>) {
    one_key(key.token.as_deref(), key.code.as_deref(), at);
}

body! {
    /// An invitation accepted.
    pub struct Acceptance {
        /// The token; this or the code.
        pub token: Option<Text<1, 200>>,
        /// The code that was read out; this or the token.
        pub code: Option<Text<1, 100>>,
        /// What a new account is called; the invitation's name where none is given.
        pub name: Option<Name>,
        /// What a new account signs in with, where the invitation names neither e-mail nor phone.
        pub email: Option<Email>,
        /// What a new account signs in with, where the invitation names neither e-mail nor phone.
        pub phone: Option<Phone>,
        /// The password of the account, new or not; not needed by who is signed in.
        pub password: Option<Password>,
    }
    where check = acceptance_has_key
}

fn acceptance_has_key(acceptance: &Acceptance, at: &mut At<'_>) {
    one_key(acceptance.token.as_deref(), acceptance.code.as_deref(), at);
}

fn one_key(token: Option<&str>, code: Option<&str>, at: &mut At<'_>) {
    match (token, code) {
        (None, None) => at.member("token", |at| at.report("required", "is required, or a code is")),
        (Some(_), Some(_)) => at.member("code", |at| at.report("not-both", "give the token or the code")),
        _ => {}
    }
}
