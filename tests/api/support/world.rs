//! A small network: two organisations with a person in every role, and the network's admin.

use awasir::access::Role;
use awasir::db::schema::{members, organisations, sessions, users};
use awasir::db::{Db, Engine};
use awasir::text::fold;
use awasir::types::{Json, MemberId, OrganisationId, SessionId, UserId};
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::client::Client;
use super::server::TestServer;

/// The password of everybody in the world.
pub const PASSWORD: &str = "سبع سنابل خضر";

/// The network.
pub struct World {
    /// Two organisations that know of each other.
    pub a: Organisation,
    /// The other.
    pub b: Organisation,
    /// The network's admin, a member of neither.
    pub network_admin: Client,
    /// Somebody who is not signed in.
    pub stranger: Client,
    /// The server; last, so that it goes when nobody calls any more.
    pub server: TestServer,
}

/// An organisation and its people.
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Reads.
    pub viewer: Client,
    /// Writes.
    pub contributor: Client,
    /// Decides.
    pub coordinator: Client,
    /// Administers.
    pub admin: Client,
    /// Their ids as members.
    pub members: BTreeMap<Role, MemberId>,
}

impl Organisation {
    /// The person with this role.
    pub fn with(&self, role: Role) -> &Client {
        match role {
            Role::Viewer => &self.viewer,
            Role::Contributor => &self.contributor,
            Role::Coordinator => &self.coordinator,
            Role::Admin => &self.admin,
        }
    }

    /// The path of it, or of what is below it: `path("/members")`.
    pub fn path(&self, rest: &str) -> String {
        format!("/v1/organisations/{}{rest}", self.id)
    }
}

impl World {
    /// On a server of its own.
    pub fn start(engine: Engine) -> Self {
        Self::on(TestServer::start(engine))
    }

    /// On this server.
    pub fn on(server: TestServer) -> Self {
        Self {
            a: organisation(&server, "جمعية الوادي", "wadi"),
            b: organisation(&server, "جمعية النيل", "nile"),
            network_admin: network_admin(&server),
            stranger: server.stranger(),
            server,
        }
    }
}

/// An active organisation with a person in every role.
pub fn organisation(server: &TestServer, name: &str, latin: &str) -> Organisation {
    let now = server.app.clock.now();
    let id: OrganisationId = server.app.ids.id();
    let text: Json<Value> = Json::new(&json!({"ar": name, "en": latin})).unwrap();
    let list: Json<Value> = Json::new(&json!([])).unwrap();
    let contact: Json<Value> = Json::new(&json!({})).unwrap();
    let folded = format!("{} {}", fold(name), fold(latin));
    server.look(|db| {
        diesel::insert_into(organisations::table)
            .values((
                organisations::id.eq(id),
                organisations::status.eq("active"),
                organisations::name.eq(text),
                organisations::legal_form.eq("association"),
                organisations::sectors.eq(list.clone()),
                organisations::community_ids.eq(list.clone()),
                organisations::external_ids.eq(list),
                organisations::contact.eq(contact),
                organisations::folded_name.eq(fold(name)),
                organisations::folded.eq(folded),
                organisations::version.eq(1),
                organisations::created_at.eq(now),
                organisations::updated_at.eq(now),
            ))
            .execute(db)
            .unwrap();
    });
    let mut members = BTreeMap::new();
    let mut person = |role: Role| {
        let client = person(server, &format!("{role}@{latin}.example"), false);
        members.insert(role, join(server, &client, id, role));
        client
    };
    Organisation {
        id,
        viewer: person(Role::Viewer),
        contributor: person(Role::Contributor),
        coordinator: person(Role::Coordinator),
        admin: person(Role::Admin),
        members,
    }
}

/// The network's admin.
pub fn network_admin(server: &TestServer) -> Client {
    person(server, "network@awasir.example", true)
}

/// Somebody with an account and a session, and no membership yet. The password is [`PASSWORD`].
pub fn person(server: &TestServer, email: &str, network_admin: bool) -> Client {
    let now = server.app.clock.now();
    let (user, session): (UserId, SessionId) = (server.app.ids.id(), server.app.ids.id());
    let name: Json<Value> = Json::new(&json!({"ar": email})).unwrap();
    server.look(|db: &mut Db| {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(user),
                users::name.eq(name),
                users::locale.eq("ar"),
                users::email.eq(email),
                users::password_hash.eq(HASH.as_str()),
                users::password_temporary.eq(false),
                users::network_admin.eq(network_admin),
                users::epoch.eq(1),
                users::version.eq(1),
                users::created_at.eq(now),
                users::updated_at.eq(now),
            ))
            .execute(db)
            .unwrap();
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(session),
                sessions::user_id.eq(user),
                sessions::refresh_digest.eq(session.0.as_bytes().to_vec()),
                sessions::rotated_at.eq(now),
                sessions::created_at.eq(now),
                sessions::last_used_at.eq(now),
                sessions::expires_at.eq(now.plus(std::time::Duration::from_secs(90 * 24 * 3600))),
            ))
            .execute(db)
            .unwrap();
    });
    Client::person(&server.url, server.app.clone(), server.looking(), user, session)
}

/// Makes a person a member; answers the member's id.
pub fn join(server: &TestServer, client: &Client, organisation: OrganisationId, role: Role) -> MemberId {
    let (now, id) = (server.app.clock.now(), server.app.ids.id());
    let user = client.user();
    server.look(|db| {
        let (name, email): (Json<Value>, Option<String>) =
            users::table.find(user).select((users::name, users::email)).first(db).unwrap();
        diesel::insert_into(members::table)
            .values((
                members::id.eq(id),
                members::organisation_id.eq(organisation),
                members::user_id.eq(user),
                members::name.eq(name),
                members::email.eq(&email),
                members::is_executive.eq(false),
                members::role.eq(role.as_str()),
                members::folded.eq(fold(email.as_deref().unwrap_or_default())),
                members::version.eq(1),
                members::created_at.eq(now),
                members::updated_at.eq(now),
            ))
            .execute(db)
            .unwrap();
    });
    client.renew();
    id
}

/// One hash for all: what it costs is paid once.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let cost = awasir::access::passwords::Cost { memory_kib: 8, passes: 1, lanes: 1 };
    let hasher = awasir::access::passwords::PasswordHasher::start(cost, 1, 8).unwrap();
    actix_web::rt::System::new().block_on(hasher.hash(PASSWORD)).unwrap()
});
