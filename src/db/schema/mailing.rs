//! What is mailed.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Moment};
    outbox (id) {
        id -> Id,
        kind -> Text,
        invitation_id -> Nullable<Id>,
        created_at -> Moment,
        expires_at -> Moment,
        attempts -> BigInt,
        next_attempt_at -> Nullable<Moment>,
        leased_by -> Nullable<Id>,
        sealed -> Nullable<Binary>,
        sent_at -> Nullable<Moment>,
        failed_at -> Nullable<Moment>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Moment};
    mailed_resets (digest) {
        digest -> Binary,
        user_id -> Id,
        requested_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}
