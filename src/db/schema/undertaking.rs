//! Projects and registration dossiers, each of one organisation.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    projects (id) {
        id -> Id,
        organisation_id -> Id,
        title -> Jsonb,
        summary -> Nullable<Jsonb>,
        sectors -> Jsonb,
        community_ids -> Jsonb,
        place -> Nullable<Jsonb>,
        pcode -> Nullable<Text>,
        status -> Text,
        visibility -> Text,
        amounts_visibility -> Text,
        budget_minor -> Nullable<BigInt>,
        budget_currency -> Nullable<Text>,
        budget_as_of -> Nullable<Day>,
        starts_on -> Nullable<Day>,
        ends_on -> Nullable<Day>,
        target_beneficiaries -> Nullable<Jsonb>,
        folded -> Text,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    project_sectors (project_id, sector) {
        project_id -> Id,
        sector -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    project_communities (project_id, community_id) {
        project_id -> Id,
        community_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    project_receipts (id) {
        id -> Id,
        project_id -> Id,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        quantity_thousandths -> Nullable<BigInt>,
        unit -> Nullable<Text>,
        description -> Nullable<Jsonb>,
        received_on -> Day,
        channel -> Nullable<Text>,
        source -> Text,
        donor_id -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    registrations (id) {
        id -> Id,
        organisation_id -> Id,
        authority -> Jsonb,
        level -> Text,
        legal_form -> Text,
        status -> Text,
        number -> Nullable<Text>,
        submitted_on -> Nullable<Day>,
        registered_on -> Nullable<Day>,
        expires_on -> Nullable<Day>,
        arises_from_commitment_id -> Nullable<Id>,
        last_reason -> Nullable<Jsonb>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    registration_requirements (id) {
        id -> Id,
        registration_id -> Id,
        title -> Jsonb,
        quantity -> Nullable<BigInt>,
        state -> Text,
        note -> Nullable<Jsonb>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    registration_obligations (id) {
        id -> Id,
        registration_id -> Id,
        title -> Jsonb,
        due_on -> Day,
        repeats -> Text,
        done_on -> Nullable<Day>,
        follows -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    registration_notes (id) {
        id -> Id,
        registration_id -> Id,
        organisation_id -> Id,
        member_id -> Id,
        text -> Jsonb,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Moment};
    registration_shares (registration_id, organisation_id) {
        registration_id -> Id,
        organisation_id -> Id,
        shared_at -> Moment,
    }
}
