//! The table of users.

use diesel::prelude::*;

use super::{emails, end_mailed};
use crate::access::Role;
use crate::access::jwt::NetworkRole;
use crate::accounts::model::{Login, Membership, NetworkRoleName, User, UserChanges};
use crate::accounts::second_factor::model::SecondFactor;
use crate::accounts::second_factor::store as second_factors;
use crate::db::schema::{members, organisations, users};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::codes::OrganisationStatus;
use crate::text::{Locale, Name};
use crate::types::{Instant, Json, OrganisationId, UserId};

/// What the journal calls it.
pub const KIND: &str = "user";
/// What the journal names without its value.
const PRIVATE: &[&str] = &["email", "phone", "memberships"];

/// An account as kept. It has no `Debug`: the hash belongs in no log.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Account {
    /// Whose.
    pub id: UserId,
    /// What they are called.
    pub name: Json<Name>,
    /// Their language.
    pub locale: String,
    /// E-mail, folded.
    pub email: Option<String>,
    /// Phone, E.164.
    pub phone: Option<String>,
    /// The password's hash.
    pub password_hash: Option<String>,
    /// Whether it has to be changed first.
    pub password_temporary: bool,
    /// Whether they administer the network.
    pub network_admin: bool,
    /// Raised by every change of membership, role or organisation.
    pub epoch: i64,
    /// Raised by every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed.
    pub updated_at: Instant,
    /// Since when it has its e-mail address, or none, by a change; none when that came by an invitation or the operator.
    pub email_since: Option<Instant>,
    /// The address before that which was trusted last, while its owner is to be told of further changes.
    pub email_before: Option<String>,
}

impl Account {
    /// The language in which the server speaks to them.
    pub fn locale(&self) -> Locale {
        self.locale.parse().unwrap_or_default()
    }

    /// E-mail and phone, as far as they are there.
    pub fn logins(&self) -> Vec<&str> {
        self.email.as_deref().into_iter().chain(self.phone.as_deref()).collect()
    }
}

/// An account. Who asks has a token of it, or knew its password a moment ago.
///
/// # Errors
/// `invalid-token` when it was erased.
pub fn find(db: &mut Db, user: UserId) -> Result<Account> {
    let account = users::table
        .find(user)
        .filter(users::erased_at.is_null())
        .select(Account::as_select())
        .first(db)
        .optional()?;
    account.ok_or_else(|| Problem::new(Code::InvalidToken))
}

/// Locks an account and reads it.
///
/// # Errors
/// As [`find`].
pub fn lock(w: &mut Writer<'_>, user: UserId) -> Result<Account> {
    dialect::lock(w.db(), Root::User, user.uuid())?;
    find(w.db(), user)
}

/// Whose login it is.
///
/// # Errors
/// The engine's.
pub fn find_by_login(db: &mut Db, login: &Login) -> Result<Option<Account>> {
    let key = login.key();
    let query = users::table.select(Account::as_select()).into_boxed();
    let query = match login {
        Login::Email(_) => query.filter(users::email.eq(Some(key))),
        Login::Phone(_) => query.filter(users::phone.eq(Some(key))),
    };
    Ok(query.first(db).optional()?)
}

/// What somebody is called who has an account; none when it was erased.
///
/// # Errors
/// The engine's.
pub fn name_of(db: &mut Db, user: UserId) -> Result<Option<Json<Name>>> {
    let row = users::table.find(user).filter(users::erased_at.is_null());
    Ok(row.select(users::name).first(db).optional()?)
}

type MembershipRow = (OrganisationId, Json<Name>, Option<Role>, OrganisationStatus);

fn memberships(db: &mut Db, user: UserId) -> Result<Vec<(Membership, OrganisationStatus)>> {
    let rows: Vec<MembershipRow> = members::table
        .inner_join(organisations::table.on(organisations::id.eq(members::organisation_id)))
        .filter(members::user_id.eq(Some(user)))
        .filter(members::left_on.is_null())
        .filter(members::role.is_not_null())
        .select((organisations::id, organisations::name, members::role, organisations::status))
        .order((members::created_at, members::id))
        .load(db)?;
    let rows = rows.into_iter().filter_map(|(organisation_id, organisation_name, role, status)| {
        Some((Membership { organisation_id, organisation_name, role: role? }, status))
    });
    Ok(rows.collect())
}

/// The account as its owner sees it.
///
/// # Errors
/// The engine's.
pub fn public(db: &mut Db, account: Account) -> Result<User> {
    let memberships = memberships(db, account.id)?.into_iter().map(|(membership, _)| membership).collect();
    shown(db, account, memberships)
}

fn shown(db: &mut Db, account: Account, memberships: Vec<Membership>) -> Result<User> {
    let (second_factor, recovery_codes_left) = match second_factors::confirmed(db, account.id)? {
        Some(_) => (SecondFactor::Totp, Some(second_factors::recovery_codes_left(db, account.id)?)),
        None => (SecondFactor::None, None),
    };
    Ok(User {
        id: account.id,
        version: account.version,
        locale: account.locale(),
        name: account.name,
        email: account.email,
        phone: account.phone,
        network_role: account.network_admin.then_some(NetworkRoleName::NetworkAdmin),
        password_change_required: account.password_temporary,
        second_factor,
        recovery_codes_left,
        memberships,
        created_at: account.created_at,
        updated_at: account.updated_at,
    })
}

/// What an access token says of a person, and the person.
pub struct Standing {
    /// The roles.
    pub roles: Vec<(OrganisationId, Role)>,
    /// Those of the organisations that aren't active.
    pub inactive: Vec<OrganisationId>,
    /// The epoch.
    pub epoch: i64,
    /// The network's role.
    pub network_role: Option<NetworkRole>,
    /// The person.
    pub user: User,
}

/// What an access token is to say of a person now.
///
/// # Errors
/// As [`find`]: there are no new tokens of an account that was erased.
pub fn claims_of(db: &mut Db, user: UserId) -> Result<Standing> {
    let account = find(db, user)?;
    let memberships = memberships(db, user)?;
    let active = |status: &OrganisationStatus| *status == OrganisationStatus::Active;
    Ok(Standing {
        roles: memberships.iter().map(|(one, _)| (one.organisation_id, one.role)).collect(),
        inactive: memberships
            .iter()
            .filter(|(_, status)| !active(status))
            .map(|(one, _)| one.organisation_id)
            .collect(),
        epoch: account.epoch,
        network_role: account.network_admin.then_some(NetworkRole::NetworkAdmin),
        user: shown(db, account, memberships.into_iter().map(|(one, _)| one).collect())?,
    })
}

/// The two columns by which an account is found.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LoginColumns {
    /// E-mail, folded.
    pub email: Option<String>,
    /// Phone, E.164.
    pub phone: Option<String>,
}

/// An account to be made.
pub struct NewAccount<'a> {
    /// Whose.
    pub id: UserId,
    /// What they are called.
    pub name: &'a Name,
    /// Their language.
    pub locale: Locale,
    /// What they sign in with.
    pub login: LoginColumns,
    /// The password's hash.
    pub password_hash: &'a str,
    /// Whether they administer the network.
    pub network_admin: bool,
}

/// Makes an account. Whether the login is free has been seen in this transaction.
///
/// # Errors
/// The engine's.
pub fn create(w: &mut Writer<'_>, new: &NewAccount<'_>) -> Result<()> {
    let now = w.now();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(new.id),
            users::name.eq(Json::new(new.name)?),
            users::locale.eq(new.locale.as_str()),
            users::email.eq(&new.login.email),
            users::phone.eq(&new.login.phone),
            users::password_hash.eq(Some(new.password_hash)),
            users::password_temporary.eq(false),
            users::network_admin.eq(new.network_admin),
            (users::epoch.eq(1), users::version.eq(1)),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let after = find(w.db(), new.id)?;
    let after = public(w.db(), after)?;
    w.record(Entry {
        action: "user.created",
        thing: Thing::new(KIND, new.id),
        version: 1,
        changes: Changes::between(None, Some(&after))?.names_only(PRIVATE),
    })
}

/// Changes what a person may change of their own account, which is locked.
///
/// # Errors
/// The engine's.
pub fn update(w: &mut Writer<'_>, account: &Account, before: &User, changes: &UserChanges) -> Result<User> {
    let (now, version) = (w.now(), before.version + 1);
    let email = changes.email.as_ref().map(crate::types::Email::folded);
    if email != before.email {
        emails::keep_change(w, account)?;
        // It went to an address that may be another's by now.
        end_mailed(w, before.id)?;
    }
    diesel::update(users::table.find(before.id))
        .set((
            users::name.eq(Json::new(&changes.name)?),
            users::locale.eq(changes.locale.as_str()),
            users::email.eq(email),
            users::phone.eq(changes.phone.as_ref().map(crate::types::Phone::as_str)),
            users::version.eq(version),
            users::updated_at.eq(now),
        ))
        .execute(w.db())?;
    let after = find(w.db(), before.id)?;
    let after = public(w.db(), after)?;
    w.record(Entry {
        action: "user.changed",
        thing: Thing::new(KIND, before.id),
        version,
        changes: Changes::between(Some(before), Some(&after))?.names_only(PRIVATE),
    })?;
    Ok(after)
}

/// Sets a password. `action` says for the journal how it came about; none where only its hash was made
/// anew. The second factor stays; what was mailed for a new password no longer works.
///
/// # Errors
/// The engine's.
pub fn set_password(
    w: &mut Writer<'_>,
    user: UserId,
    hash: &str,
    temporary: bool,
    action: Option<&'static str>,
) -> Result<()> {
    let now = w.now();
    let row = users::table.find(user);
    let Some(action) = action else {
        diesel::update(row).set(users::password_hash.eq(Some(hash))).execute(w.db())?;
        return Ok(());
    };
    diesel::update(row)
        .set((
            users::password_hash.eq(Some(hash)),
            users::password_temporary.eq(temporary),
            users::version.eq(users::version + 1),
            users::updated_at.eq(now),
        ))
        .execute(w.db())?;
    end_mailed(w, user)?;
    let version: i64 = users::table.find(user).select(users::version).first(w.db())?;
    let changes = Changes::none().with_name("password");
    w.record(Entry { action, thing: Thing::new(KIND, user), version, changes })
}

/// Which other account has this e-mail address or phone number.
///
/// # Errors
/// The engine's.
pub fn taken_by(db: &mut Db, login: &Login, other_than: UserId) -> Result<Option<UserId>> {
    Ok(find_by_login(db, login)?.map(|account| account.id).filter(|id| *id != other_than))
}

/// Whether two people belong to the same organisation.
///
/// # Errors
/// The engine's.
pub fn share_an_organisation(db: &mut Db, one: UserId, other: UserId) -> Result<bool> {
    let theirs: Vec<OrganisationId> = members::table
        .filter(members::user_id.eq(Some(one)))
        .filter(members::left_on.is_null())
        .select(members::organisation_id)
        .load(db)?;
    let shared: Option<OrganisationId> = members::table
        .filter(members::user_id.eq(Some(other)))
        .filter(members::left_on.is_null())
        .filter(members::organisation_id.eq_any(theirs))
        .select(members::organisation_id)
        .first(db)
        .optional()?;
    Ok(shared.is_some())
}
