//! The tables, as the migrations make them on both engines.

#![allow(missing_docs, reason = "the tables are described where they are made, in migrations/")]

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
    sealed_secrets (purpose) {
        purpose -> Text,
        sealed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    communities (id) {
        id -> Id,
        name -> Jsonb,
        other_names -> Jsonb,
        country -> Text,
        admin1_pcode -> Nullable<Text>,
        admin2_pcode -> Nullable<Text>,
        pcode -> Text,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        folded_name -> Text,
        folded -> Text,
        created_by_organisation_id -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    organisations (id) {
        id -> Id,
        status -> Text,
        name -> Jsonb,
        official_name -> Nullable<Jsonb>,
        short_name -> Nullable<Jsonb>,
        legal_form -> Text,
        about -> Nullable<Jsonb>,
        sectors -> Jsonb,
        community_ids -> Jsonb,
        founded_on -> Nullable<Day>,
        website -> Nullable<Text>,
        external_ids -> Jsonb,
        external_ids_partners -> Jsonb,
        external_ids_network -> Jsonb,
        contact -> Jsonb,
        last_decision -> Nullable<Jsonb>,
        applicant -> Nullable<Jsonb>,
        status_token_digest -> Nullable<Binary>,
        status_token_expires_at -> Nullable<Moment>,
        folded_name -> Text,
        folded -> Text,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    organisation_sectors (sector, organisation_id) {
        organisation_id -> Id,
        sector -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    organisation_communities (community_id, organisation_id) {
        organisation_id -> Id,
        community_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    organisation_external_ids (scheme, value, organisation_id) {
        organisation_id -> Id,
        scheme -> Text,
        value -> Text,
        visibility -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    external_id_claims (scheme, value) {
        scheme -> Text,
        value -> Text,
        organisation_id -> Id,
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
    visits (id) {
        id -> Id,
        state -> Text,
        visibility -> Text,
        title -> Nullable<Jsonb>,
        summary -> Nullable<Jsonb>,
        purposes -> Jsonb,
        starts_on -> Day,
        ends_on -> Nullable<Day>,
        start_time -> Nullable<Text>,
        end_time -> Nullable<Text>,
        time_zone -> Text,
        held_on -> Nullable<Day>,
        held_by_organisation_id -> Nullable<Id>,
        place -> Nullable<Jsonb>,
        community_ids -> Jsonb,
        returns_visit_id -> Nullable<Id>,
        arises_from_commitment_id -> Nullable<Id>,
        last_reason -> Nullable<Jsonb>,
        report -> Nullable<Jsonb>,
        folded -> Text,
        created_by_organisation_id -> Id,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    visit_parties (visit_id, organisation_id) {
        visit_id -> Id,
        organisation_id -> Id,
        side -> Text,
        place_in_list -> BigInt,
        response -> Text,
        accepted_version -> Nullable<BigInt>,
        responded_by -> Nullable<Id>,
        report_approval -> Text,
        approved_version -> Nullable<BigInt>,
        approved_by -> Nullable<Id>,
        objection -> Nullable<Jsonb>,
        has_answered -> Bool,
        seen_last -> Nullable<Jsonb>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    visit_delegates (id) {
        id -> Id,
        visit_id -> Id,
        organisation_id -> Id,
        side -> Text,
        kind -> Text,
        headcount -> Nullable<BigInt>,
        member_id -> Nullable<Id>,
        name -> Nullable<Jsonb>,
        honorific -> Nullable<Jsonb>,
        title -> Nullable<Jsonb>,
        affiliation -> Nullable<Jsonb>,
        introduced_as -> Nullable<Jsonb>,
        is_head -> Nullable<Bool>,
        attended -> Nullable<Bool>,
        public_name_consent -> Nullable<Jsonb>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    visit_agenda_items (id) {
        id -> Id,
        visit_id -> Id,
        position -> BigInt,
        kind -> Text,
        title -> Jsonb,
        summary -> Nullable<Jsonb>,
        presented_by_organisation_id -> Nullable<Id>,
        presents -> Jsonb,
        sectors -> Jsonb,
        community_ids -> Jsonb,
        project_ids -> Jsonb,
        minutes -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    visit_discussions (id) {
        id -> Id,
        visit_id -> Id,
        topic -> Text,
        summary -> Jsonb,
        raised_by -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    commitments (id) {
        id -> Id,
        visit_id -> Id,
        kind -> Text,
        strength -> Text,
        wording -> Nullable<Jsonb>,
        description -> Jsonb,
        responsible_organisation_ids -> Jsonb,
        due_on -> Nullable<Day>,
        status -> Text,
        note -> Nullable<Jsonb>,
        fulfilled_by -> Nullable<Jsonb>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

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
        organisation_id -> Nullable<Id>,
        request_id -> Text,
        digests -> Jsonb,
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

diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    revocations,
    signing_keys,
    sealed_secrets,
    communities,
    organisations,
    organisation_sectors,
    organisation_communities,
    organisation_external_ids,
    external_id_claims,
    members,
    invitations,
    reset_codes,
    visits,
    visit_parties,
    visit_delegates,
    visit_agenda_items,
    visit_discussions,
    commitments,
    journal_entries,
    journal_values,
    idempotency_keys,
    chosen_ids,
    database_marks,
    audience,
);
