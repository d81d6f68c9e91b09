//! An entry of the audit trail as it is told.

use serde_json::Value;

use crate::http::cursor::Cursor;
use crate::text::Name;
use crate::types::codes::codes;
use crate::types::{AccessTokenId, AnyId, Instant, Json, MemberId, OrganisationId, SessionId, UserId};
use crate::view;

codes! {
    /// What is left of the values of a field that changed.
    pub enum AuditRecorded in "audit.recorded" {
        /// They are told.
        Values = "values",
        /// That it changed was recorded, not from what to what: contacts, secrets.
        NameOnly = "name_only",
        /// They were erased with the person whom they were about.
        Erased = "erased",
    }
}

view! {
    /// To what something was done.
    pub struct AuditThing {
        /// Its kind: `visit`, `visit.delegate`, `access_token` …
        pub r#type: String,
        /// Its id; null in the envelope, but for things of the network itself.
        pub id: Option<AnyId>,
        /// Its version afterwards; null where its id is.
        pub version: Option<i64>,
    }
}

view! {
    /// Who did it.
    pub struct AuditActor {
        /// The person: who signed in, or who answers for the access token. Null for strangers, commands, the server itself and the
        /// people of other organisations.
        pub user_id: Option<UserId>,
        /// As a member of the organisation for which it was done.
        pub member_id: Option<MemberId>,
        /// The name of that member.
        pub name: Option<Json<Name>>,
    }
}

view! {
    /// Through what it was done.
    pub struct AuditThrough {
        /// The session; null in the envelope.
        pub session_id: Option<SessionId>,
        /// The access token.
        pub access_token_id: Option<AccessTokenId>,
        /// The command, or the server's own work: `create-admin`, `housekeeping`.
        pub command: Option<String>,
    }
}

view! {
    /// A field that changed.
    pub struct AuditChange {
        /// Its name.
        pub field: String,
        /// What is told of its values.
        pub recorded: AuditRecorded,
        /// Before; null also when there was nothing, or it is not told.
        pub before: Value,
        /// After; null also when there is nothing, or it is not told.
        pub after: Value,
    }
}

view! {
    /// Something that was done.
    pub struct AuditEntry {
        /// The entry's id.
        pub id: AnyId,
        /// Its place in the one order of all entries.
        pub seq: i64,
        /// When.
        pub at: Instant,
        /// What: `visit.accepted`.
        pub action: String,
        /// To what.
        pub thing: AuditThing,
        /// Who.
        pub actor: AuditActor,
        /// On whose behalf; null for one's own account, the network's admin and strangers.
        pub organisation_id: Option<OrganisationId>,
        /// Which organisation it concerns, where that is another than it was done for.
        pub about_organisation_id: Option<OrganisationId>,
        /// Through what.
        pub through: AuditThrough,
        /// From which address; null where it was not one's own organisation's doing, in the envelope, and once erased.
        pub address: Option<String>,
        /// The request's id; null in the envelope.
        pub request_id: Option<String>,
        /// What changed; null where only the envelope is told.
        pub changes: Option<Vec<AuditChange>>,
        /// Its link in the chain, in hexadecimal; null until it is sealed.
        pub link: Option<String>,
    }
}

view! {
    /// The newest link of the chain over all entries.
    pub struct AuditHead {
        /// The number of its entry; 0 before there is one.
        pub seq: i64,
        /// The link, in hexadecimal: keep it with the number, and `awasir audit verify --head SEQ:LINK` tells whether the chain up
        /// to it is still the same.
        pub link: String,
        /// When its entry was written; null before there is one.
        pub at: Option<Instant>,
        /// How many newer entries are about to be sealed.
        pub waiting: i64,
    }
}

impl AuditEntry {
    /// Where it stands in a list.
    pub fn place_in_list(&self) -> Cursor {
        super::store::Place(self.at, self.seq).cursor()
    }
}
