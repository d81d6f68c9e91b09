//! Public types of accounts and sessions.

use diesel::prelude::*;

use super::password::Password;
use super::second_factor::model::SecondFactor;
use crate::access::Role;
use crate::db::schema::sessions;
use crate::http::cursor::Cursor;
use crate::http::decode::{At, Text};
use crate::http::view::ShownOnce;
use crate::text::{Locale, Name};
use crate::types::codes::codes;
use crate::types::{Email, Instant, Json, OrganisationId, Phone, SessionId, UserId};
use crate::{body, view};

codes! {
    /// A role that is the person's own and no membership's.
    pub enum NetworkRoleName in "role" {
        /// Administers the network.
        NetworkAdmin = "network_admin",
    }
}

view! {
    /// Somebody who signs in, as they see themselves.
    pub struct User {
        /// Their id.
        pub id: UserId,
        /// Raised by every change.
        pub version: i64,
        /// What they are called.
        pub name: Json<Name>,
        /// The language in which the server speaks to them.
        pub locale: Locale,
        /// The e-mail address with which they sign in.
        pub email: Option<String>,
        /// The telephone number with which they sign in.
        pub phone: Option<String>,
        /// The role in the network itself.
        pub network_role: Option<NetworkRoleName>,
        /// Whether a temporary password has to be changed first.
        pub password_change_required: bool,
        /// What is asked for besides the password.
        pub second_factor: SecondFactor,
        /// How many recovery codes are left; null without a second factor.
        pub recovery_codes_left: Option<i64>,
        /// Where they belong.
        pub memberships: Vec<Membership>,
        /// When the account was made.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

view! {
    /// One organisation of a person.
    pub struct Membership {
        /// The organisation.
        pub organisation_id: OrganisationId,
        /// What it is called.
        pub organisation_name: Json<Name>,
        /// What the person may do there.
        pub role: Role,
    }
}

view! {
    /// The tokens of a session, and whose it is.
    pub struct SignedIn {
        /// A JWT, to be sent as `Authorization: Bearer …`.
        pub access_token: String,
        /// `Bearer`
        pub token_type: &'static str,
        /// For how many seconds the access token is good.
        pub expires_in: i64,
        /// For a new pair, once the access token has expired.
        pub refresh_token: String,
        /// Whether the access token opens one's own account alone, until a second factor is set up.
        pub second_factor_setup_required: bool,
        /// Who signed in.
        pub user: User,
    }
}

view! {
    /// A session: a place where somebody is signed in.
    pub struct Session {
        /// Its id.
        pub id: SessionId,
        /// Whether this very request belongs to it.
        pub current: bool,
        /// The address from which it began.
        pub address: Option<String>,
        /// What the client calls itself.
        pub user_agent: Option<String>,
        /// When it began.
        pub created_at: Instant,
        /// When its tokens were last refreshed.
        pub last_used_at: Instant,
        /// When it ends by itself.
        pub expires_at: Instant,
    }
}

/// A session as it is listed.
#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub(super) struct SessionRow {
    pub(super) id: SessionId,
    pub(super) address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) created_at: Instant,
    pub(super) last_used_at: Instant,
    pub(super) expires_at: Instant,
}

impl SessionRow {
    pub(super) fn public(self, current: SessionId) -> Session {
        let Self { id, address, user_agent, created_at, last_used_at, expires_at } = self;
        Session { id, current: id == current, address, user_agent, created_at, last_used_at, expires_at }
    }
}

impl Session {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// What somebody signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// An e-mail address.
    Email(Email),
    /// A telephone number.
    Phone(Phone),
}

impl Login {
    /// The text by which the account is found.
    pub fn key(&self) -> String {
        match self {
            Self::Email(email) => email.folded(),
            Self::Phone(phone) => phone.as_str().to_owned(),
        }
    }
}

body! {
    /// Who signs in: an e-mail address or a telephone number, and the password.
    pub struct SignIn {
        /// The e-mail address; this or the telephone number.
        pub email: Option<Email>,
        /// The telephone number; this or the e-mail address.
        pub phone: Option<Phone>,
        /// The password.
        pub password: Password,
    }
    where check = one_login
}

fn one_login(sign_in: &SignIn, at: &mut At<'_>) {
    match (&sign_in.email, &sign_in.phone) {
        (None, None) => at.member("email", |at| at.report("required", "is required, or a phone number is")),
        (Some(_), Some(_)) => {
            at.member("phone", |at| at.report("not-both", "give the e-mail address or the phone number"));
        }
        _ => {}
    }
}

body! {
    /// A session to be continued.
    pub struct Refresh {
        /// The refresh token.
        pub refresh_token: Text<1, 400>,
    }
}

body! {
    /// A new password.
    pub struct PasswordChange {
        /// The password until now.
        pub old_password: Password,
        /// The password from now on.
        pub password: Password,
    }
}

body! {
    /// Somebody who lost their password.
    pub struct PasswordResetRequest {
        /// The e-mail address with which they sign in.
        pub email: Email,
    }
}

body! {
    /// A new password for somebody who lost theirs.
    pub struct PasswordReset {
        /// The code that an admin of the organisation read out, or the one that was mailed (`awasir_pr_…`).
        pub code: Text<1, 100>,
        /// The password from now on.
        pub password: Password,
    }
}

body! {
    /// What of one's account may be changed.
    pub struct UserChanges {
        /// What they are called.
        pub name: Name,
        /// The language in which the server speaks to them.
        pub locale: Locale,
        /// The e-mail address with which they sign in; this or the telephone number has to be there.
        pub email: Option<Email>,
        /// The telephone number with which they sign in.
        pub phone: Option<Phone>,
    }
    where check = reachable
}

fn reachable(changes: &UserChanges, at: &mut At<'_>) {
    if changes.email.is_none() && changes.phone.is_none() {
        at.member("email", |at| at.report("required", "an account has an e-mail address or a phone number"));
    }
}

view! {
    /// A code with which a member chooses a new password.
    pub struct ResetCode {
        /// To be read out to the member; shown in this answer only.
        pub code: ShownOnce,
        /// Until when it works.
        pub expires_at: Instant,
    }
}

view! {
    /// Where somebody is signed in, as the network's admin sees it.
    pub struct NetworkSession {
        /// Its id.
        pub id: SessionId,
        /// Who signed in.
        pub user_id: UserId,
        /// When.
        pub created_at: Instant,
        /// When it was last continued.
        pub last_used_at: Instant,
        /// Until when it lasts unless it is continued.
        pub expires_at: Instant,
    }
}

impl NetworkSession {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}
