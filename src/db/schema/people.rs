//! Who signs in, what proves it, and who belongs where.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    users (id) {
        id -> Id,
        name -> Jsonb,
        locale -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        password_temporary -> Bool,
        network_admin -> Bool,
        epoch -> BigInt,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        erased_at -> Nullable<Moment>,
        email_since -> Nullable<Moment>,
        email_before -> Nullable<Text>,
        erasure_finished_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    sessions (id) {
        id -> Id,
        user_id -> Id,
        refresh_digest -> Binary,
        previous_digest -> Nullable<Binary>,
        rotated_at -> Moment,
        created_at -> Moment,
        last_used_at -> Moment,
        expires_at -> Moment,
        revoked_at -> Nullable<Moment>,
        address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    revocations (id) {
        id -> Id,
        session_id -> Nullable<Id>,
        user_id -> Nullable<Id>,
        token_id -> Nullable<Id>,
        epoch -> Nullable<BigInt>,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    signing_keys (id) {
        id -> Text,
        state -> Text,
        public_key -> Binary,
        sealed -> Binary,
        created_at -> Moment,
        retired_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    master_keys (id) {
        id -> Text,
        is_current -> Bool,
        source -> Text,
        salt -> Nullable<Binary>,
        memory_kib -> Nullable<BigInt>,
        passes -> Nullable<BigInt>,
        lanes -> Nullable<BigInt>,
        proof -> Binary,
        sealed_key -> Nullable<Binary>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    sealed_secrets (purpose) {
        purpose -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    members (id) {
        id -> Id,
        organisation_id -> Id,
        user_id -> Nullable<Id>,
        name -> Jsonb,
        honorific -> Nullable<Jsonb>,
        title -> Nullable<Jsonb>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        is_executive -> Bool,
        joined_on -> Nullable<Day>,
        left_on -> Nullable<Day>,
        role -> Nullable<Text>,
        folded -> Text,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        erased_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    invitations (id) {
        id -> Id,
        organisation_id -> Nullable<Id>,
        member_id -> Nullable<Id>,
        role -> Nullable<Text>,
        name -> Nullable<Jsonb>,
        title -> Nullable<Jsonb>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        token_digest -> Binary,
        code_digest -> Binary,
        invited_by -> Nullable<Id>,
        reason -> Nullable<Jsonb>,
        usable_from -> Moment,
        expires_at -> Moment,
        accepted_at -> Nullable<Moment>,
        accepted_by -> Nullable<Id>,
        revoked_at -> Nullable<Moment>,
        objected_by -> Nullable<Id>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    reset_codes (id) {
        id -> Id,
        user_id -> Id,
        organisation_id -> Id,
        digest -> Binary,
        issued_by -> Id,
        created_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    second_factors (user_id) {
        user_id -> Id,
        sealed -> Binary,
        confirmed_at -> Nullable<Moment>,
        last_step -> BigInt,
        failing_until -> Nullable<Moment>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    recovery_codes (user_id, digest) {
        user_id -> Id,
        digest -> Binary,
        created_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}
