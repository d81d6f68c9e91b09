//! What machines call with.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    access_tokens (id) {
        id -> Id,
        organisation_id -> Id,
        name -> Text,
        role -> Text,
        permissions -> Jsonb,
        allowed_networks -> Jsonb,
        digest -> Binary,
        previous_digest -> Nullable<Binary>,
        previous_until -> Nullable<Moment>,
        prefix -> Text,
        last_four -> Text,
        created_by -> Id,
        owner_id -> Id,
        owner_role -> Text,
        epoch -> BigInt,
        expires_at -> Moment,
        orphaned_at -> Nullable<Moment>,
        last_used_at -> Nullable<Moment>,
        last_used_from -> Nullable<Text>,
        rotated_at -> Nullable<Moment>,
        revoked_at -> Nullable<Moment>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}
