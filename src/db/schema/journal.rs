//! The journal, who may see what, and what is remembered of requests.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    journal_entries (id) {
        id -> Id,
        seq -> Nullable<BigInt>,
        xact -> BigInt,
        position -> BigInt,
        at -> Moment,
        action -> Text,
        thing_kind -> Text,
        thing_id -> Id,
        thing_version -> BigInt,
        user_id -> Nullable<Id>,
        session_id -> Nullable<Id>,
        token_id -> Nullable<Id>,
        organisation_id -> Nullable<Id>,
        about_organisation_id -> Nullable<Id>,
        reserved -> Nullable<Text>,
        address -> Nullable<Jsonb>,
        address_digest -> Nullable<Text>,
        request_id -> Text,
        digests -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    journal_seals (seq) {
        seq -> BigInt,
        link -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    journal_values (entry_id) {
        entry_id -> Id,
        field_values -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    idempotency_keys (digest) {
        digest -> Binary,
        fingerprint -> Binary,
        answer -> Jsonb,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    kept_answer_people (person_id, digest) {
        person_id -> Id,
        digest -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    chosen_ids (id) {
        id -> Id,
        digest -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    database_marks (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    audience (thing_kind, organisation_id, created_at, thing_id) {
        thing_kind -> Text,
        organisation_id -> Id,
        created_at -> Moment,
        thing_id -> Id,
    }
}
