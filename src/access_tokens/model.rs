//! Public types of access tokens.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::codes::AccessTokenState;
use super::rules::{Asked, Marks, in_force};
use super::secret;
use crate::access::{Right, Rights, Role};
use crate::db::schema::access_tokens;
use crate::http::cursor::Cursor;
use crate::http::decode::{Components, Described, Int, List, Text, nullable};
use crate::http::problem::Result;
use crate::http::view::{Shown, ShownOnce};
use crate::types::network::Network;
use crate::types::{AccessTokenId, Instant, Json, OrganisationId, UserId};
use crate::{body, view};

view! {
    /// An access token, without its secret.
    pub struct AccessToken {
        /// Its id, which is its `client_id` too.
        pub id: AccessTokenId,
        /// Raised by every change.
        pub version: i64,
        /// The organisation for which it acts.
        pub organisation_id: OrganisationId,
        /// What its admins call it.
        pub name: String,
        /// The role that it acts in.
        pub role: Role,
        /// Its own list: never more than these.
        pub permissions: Vec<Right>,
        /// What it may do now: of its list, what its role and the role of who answers for it give; nothing when it does not work.
        pub permissions_in_force: Vec<Right>,
        /// The networks from which alone it works; none: from anywhere.
        pub allowed_networks: Vec<Network>,
        /// Where it stands.
        pub state: AccessTokenState,
        /// How its secret begins.
        pub prefix: String,
        /// How its secret ends.
        pub last_four: String,
        /// Who made it.
        pub created_by: UserId,
        /// Who answers for it: who made it, or who adopted it last.
        pub owner_id: UserId,
        /// Until when it was made to work.
        pub expires_at: Instant,
        /// Until when it works if nothing else happens: sooner than `expires_at` when who answered for it has left.
        pub works_until: Instant,
        /// When who answered for it left.
        pub orphaned_at: Option<Instant>,
        /// When its secret was last changed.
        pub rotated_at: Option<Instant>,
        /// Until when the secret before still works.
        pub previous_until: Option<Instant>,
        /// When it was last used, to about a minute.
        pub last_used_at: Option<Instant>,
        /// From which network: an IPv4 address to its /24, an IPv6 address to its /48; null for all but its own admins.
        pub last_used_from: Option<String>,
        /// When it was withdrawn.
        pub revoked_at: Option<Instant>,
        /// When it was made.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl AccessToken {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// An access token as kept.
#[derive(Debug, Clone, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = access_tokens)]
pub struct Row {
    /// Its id.
    pub id: AccessTokenId,
    /// Raised by every change.
    pub version: i64,
    /// For which organisation it acts.
    pub organisation_id: OrganisationId,
    /// What it is called.
    pub name: String,
    /// The role that it acts in.
    pub role: Role,
    /// Its own list of rights.
    pub permissions: Json<Rights>,
    /// From where it may be used.
    pub allowed_networks: Json<Vec<Network>>,
    /// How its secret begins.
    pub prefix: String,
    /// How it ends.
    pub last_four: String,
    /// SHA-256 of its secret.
    pub digest: Vec<u8>,
    /// Of the one before.
    pub previous_digest: Option<Vec<u8>>,
    /// Until when that works.
    pub previous_until: Option<Instant>,
    /// Who made it.
    pub created_by: UserId,
    /// Who answers for it.
    pub owner_id: UserId,
    /// The role that they have in the organisation, or had when they left.
    pub owner_role: Role,
    /// Raised by all that changes what it may do.
    pub epoch: i64,
    /// Until when it was made to work.
    pub expires_at: Instant,
    /// When who answered for it left.
    pub orphaned_at: Option<Instant>,
    /// When it was last used.
    pub last_used_at: Option<Instant>,
    /// From where.
    pub last_used_from: Option<String>,
    /// When its secret was last changed.
    pub rotated_at: Option<Instant>,
    /// When it was withdrawn.
    pub revoked_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// Who looks at access tokens, and when.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Now.
    pub now: Instant,
    /// For how long a token works whose owner has left.
    pub grace: Duration,
}

impl Row {
    /// What decides where it stands.
    pub fn marks(&self) -> Marks {
        Marks { expires_at: self.expires_at, orphaned_at: self.orphaned_at, revoked_at: self.revoked_at }
    }

    /// What it may do while it works.
    ///
    /// # Errors
    /// `internal` when what is kept is no list of rights.
    pub fn rights(&self) -> Result<Rights> {
        Ok(in_force(self.role, self.permissions.get()?, self.owner_role))
    }

    /// What was asked of it when it was made or last narrowed.
    ///
    /// # Errors
    /// `internal` when what is kept is no list of rights.
    pub fn asked<'a>(&self, networks: &'a [Network]) -> Result<Asked<'a>> {
        Ok(Asked {
            role: self.role,
            permissions: self.permissions.get()?,
            networks,
            expires_at: self.expires_at,
        })
    }

    /// As it is answered. `own`: to its organisation's own admins.
    ///
    /// # Errors
    /// `internal` when what is kept can't be read.
    pub fn public(&self, look: Look, own: bool) -> Result<AccessToken> {
        let state = self.marks().state(look.grace, look.now);
        let works = matches!(state, AccessTokenState::Active | AccessTokenState::Orphaned);
        let in_force = if works { self.rights()? } else { Rights::NONE };
        Ok(AccessToken {
            id: self.id,
            version: self.version,
            organisation_id: self.organisation_id,
            name: self.name.clone(),
            role: self.role,
            permissions: self.permissions.get()?.iter().collect(),
            permissions_in_force: in_force.iter().collect(),
            allowed_networks: self.allowed_networks.get()?,
            state,
            prefix: self.prefix.clone(),
            last_four: self.last_four.clone(),
            created_by: self.created_by,
            owner_id: self.owner_id,
            expires_at: self.expires_at,
            works_until: self.marks().works_until(look.grace),
            orphaned_at: self.orphaned_at,
            rotated_at: self.rotated_at,
            previous_until: self.previous_until.filter(|until| works && *until > look.now),
            last_used_at: self.last_used_at,
            last_used_from: self.last_used_from.clone().filter(|_| own),
            revoked_at: self.revoked_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// An access token with its secret, which is shown this once.
#[derive(Debug, Clone, Serialize)]
pub struct IssuedAccessToken {
    /// The token.
    #[serde(flatten)]
    pub token: AccessToken,
    /// What machines call with.
    pub secret: ShownOnce,
}

impl PartialSchema for IssuedAccessToken {
    fn schema() -> Described {
        let mut described = AccessToken::schema();
        if let RefOr::T(Schema::Object(object)) = &mut described {
            let secret = ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(format!("^{}$", secret::PATTERN)))
                .description(Some(
                    "What machines call with. In this answer only; null when the answer is replayed.",
                ));
            object.properties.insert("secret".to_owned(), nullable(secret.into()));
            object.required.push("secret".to_owned());
        }
        described
    }
}

impl ToSchema for IssuedAccessToken {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("IssuedAccessToken")
    }

    fn schemas(out: &mut Components) {
        AccessToken::schemas(out);
    }
}

impl Shown for IssuedAccessToken {
    fn in_place() -> Described {
        crate::http::decode::reference("IssuedAccessToken")
    }

    fn components(out: &mut Components) {
        crate::http::view::refer::<Self>(out);
    }
}

body! {
    /// An access token to be made.
    pub struct NewAccessToken {
        /// What its admins will know it by.
        pub name: Text<1, 100>,
        /// The role that it acts in; not above the maker's.
        pub role: Role,
        /// Its own list of rights, of those of the role; all of these where none is given.
        pub permissions: Option<List<Right, 1, 64>>,
        /// Until when it works: a year at the most.
        pub expires_at: Instant,
        /// The networks from which alone it works; from anywhere where none is given.
        pub allowed_networks: List<Network, 0, 50>,
    }
}

body! {
    /// What of an access token may be changed: its name; all else can only be narrowed.
    pub struct AccessTokenChanges {
        /// What its admins know it by.
        pub name: Text<1, 100>,
        /// A lower role.
        pub role: Role,
        /// Fewer rights.
        pub permissions: List<Right, 1, 64>,
        /// An earlier end.
        pub expires_at: Instant,
        /// Networks within those of before.
        pub allowed_networks: List<Network, 0, 50>,
    }
}

body! {
    /// A new secret.
    pub struct Rotation {
        /// For how many seconds the secret of now still works: none where nothing is given, a week at the most.
        pub overlap_seconds: Option<Int<0, 604_800>>,
        /// Another end of the token: a year from now at the most.
        pub expires_at: Option<Instant>,
    }
}

view! {
    /// What was cut off.
    pub struct CutOff {
        /// How many access tokens were withdrawn.
        pub access_tokens: i64,
        /// How many sessions were ended.
        pub sessions: i64,
    }
}
