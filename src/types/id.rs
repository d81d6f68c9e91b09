//! Ids: a type for each thing, so that one thing's id is never taken for another's.

use crate::http::decode::{At, Value};
use uuid::{Uuid, Variant};

/// Reads a UUID in its hyphenated form; no other form is an id here.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Reads an id from a body: `wrong-type` when it is no string, `invalid-id` when it is no UUID.
pub fn decode_uuid(value: &Value, at: &mut At<'_>) -> Option<Uuid> {
    let Value::String(text) = value else {
        at.report("wrong-type", "must be a UUID in a string");
        return None;
    };
    let id = parse_uuid(text);
    if id.is_none() {
        at.report("invalid-id", "must be a UUID, in the form 01890a5d-ac96-774b-bcce-b302099a8057");
    }
    id
}

/// Whether a client may have made this id: version 4 or 7 of the ordinary variant.
pub fn is_client_made(id: Uuid) -> bool {
    id.get_variant() == Variant::RFC4122 && matches!(id.get_version_num(), 4 | 7)
}

/// The schema of every id.
pub fn uuid_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .into()
}

/// Reports, at the member `id`, an id that a client may not have chosen.
pub fn check_client_made(id: Option<Uuid>, at: &mut At<'_>) {
    if id.is_some_and(|id| !is_client_made(id)) {
        at.member("id", |at| at.report("invalid-id", "a chosen id is a UUID of version 4 or 7"));
    }
}

/// Declares the id of a thing: a UUID of its own type.
macro_rules! id_type {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = crate::db::sql_types::Id)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that is this UUID.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form; none when it is no UUID.
            pub fn parse(text: &str) -> Option<Self> {
                parse_uuid(text).map(Self)
            }

            /// Whether a client may have made it (version 4 or 7).
            pub fn is_client_made(self) -> bool {
                is_client_made(self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or("expected an id: a UUID with hyphens")
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, out)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, "{}({})", stringify!($name), self.0)
            }
        }

        impl crate::http::decode::Decode for $name {
            fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
                decode_uuid(value, at).map(Self)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                uuid_schema()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }

        crate::id_column!($name);
    };
}

id_type!(/** An organisation's. */ OrganisationId);
id_type!(/** A user's: someone who signs in. */ UserId);
id_type!(/** A member's: a person of an organisation. */ MemberId);
id_type!(/** A signed-in session's. */ SessionId);
id_type!(/** An access token's. */ AccessTokenId);
id_type!(/** An invitation's. */ InvitationId);
id_type!(/** A community's. */ CommunityId);
id_type!(/** A visit's. */ VisitId);
id_type!(/** A delegate's. */ DelegateId);
id_type!(/** An agenda item's. */ AgendaItemId);
id_type!(/** A discussion's. */ DiscussionId);
id_type!(/** A commitment's. */ CommitmentId);
id_type!(/** A project's. */ ProjectId);
id_type!(/** A programme's. */ ProgrammeId);
id_type!(/** A programme's activity's. */ ActivityId);
id_type!(/** An entry's in an activity's progress. */ ProgressId);
id_type!(/** A contribution's to a programme. */ ContributionId);
id_type!(/** A programme's indicator's. */ IndicatorId);
id_type!(/** A receipt's of a project. */ ReceiptId);
id_type!(/** A registration dossier's. */ RegistrationId);
id_type!(/** A requirement's of a registration. */ RequirementId);
id_type!(/** An obligation's that follows from a registration. */ ObligationId);
id_type!(/** A note's on a registration. */ NoteId);
id_type!(/** A donor's. */ DonorId);
id_type!(/** A donor link's. */ DonorLinkId);
id_type!(/** A donor's pledge's. */ PledgeId);
id_type!(/** A disbursement's. */ DisbursementId);
id_type!(/** A journal entry's. */ EntryId);
id_type!(/** Any thing's, where the kind is told beside it: audience, journal. */ AnyId);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::decode;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        let id = VisitId::parse(text).unwrap();
        assert_eq!(id.to_string(), text);
        assert!(id.is_client_made());
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert!(VisitId::parse("01890a5dac96774bbcceb302099a8057").is_none());
        assert!(VisitId::parse("{01890a5d-ac96-774b-bcce-b302099a8057}").is_none());
        assert!(VisitId::parse("").is_none());
        assert!(!VisitId(Uuid::nil()).is_client_made());
        assert_eq!(decode::<VisitId>(&Value::String(text.to_owned())).unwrap(), id);
        assert!(decode::<VisitId>(&Value::String("x".to_owned())).is_err());
        assert!(decode::<VisitId>(&Value::Null).is_err());
    }
}
