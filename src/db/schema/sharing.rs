//! Shared programmes: their partners, terms, signatures, and what is carried out and counted.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    programmes (id) {
        id -> Id,
        state -> Text,
        visibility -> Text,
        amounts_visibility -> Text,
        title -> Jsonb,
        objectives -> Jsonb,
        sectors -> Jsonb,
        community_ids -> Jsonb,
        starts_on -> Day,
        ends_on -> Day,
        budget -> Jsonb,
        terms_revision -> BigInt,
        last_revision -> BigInt,
        pending_revision -> Nullable<BigInt>,
        lead_offered_to -> Nullable<Id>,
        arises_from_commitment_id -> Nullable<Id>,
        last_reason -> Nullable<Jsonb>,
        agreed_at -> Nullable<Moment>,
        time_zone -> Text,
        folded -> Text,
        created_by_organisation_id -> Id,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb};
    programme_partners (programme_id, organisation_id) {
        programme_id -> Id,
        organisation_id -> Id,
        role -> Text,
        responsibilities -> Nullable<Jsonb>,
        place_in_list -> BigInt,
        joined_on -> Nullable<Day>,
        left_on -> Nullable<Day>,
        leaving -> Nullable<Jsonb>,
        seen_last -> Nullable<Jsonb>,
        state -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    programme_terms (programme_id, revision) {
        programme_id -> Id,
        revision -> BigInt,
        kind -> Text,
        canonical -> Text,
        digest -> Text,
        visibility -> Text,
        amounts_visibility -> Text,
        removes_organisation_id -> Nullable<Id>,
        reason_code -> Nullable<Text>,
        reason -> Nullable<Jsonb>,
        notice_until -> Nullable<Moment>,
        drafted_by_organisation_id -> Id,
        drafted_at -> Moment,
        was_proposed -> Bool,
        in_force_at -> Nullable<Moment>,
        dropped_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    programme_signatures (programme_id, revision, organisation_id) {
        programme_id -> Id,
        revision -> BigInt,
        organisation_id -> Id,
        digest -> Text,
        member_id -> Id,
        name -> Nullable<Jsonb>,
        title -> Nullable<Jsonb>,
        signed_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    programme_sectors (programme_id, sector) {
        programme_id -> Id,
        sector -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    programme_communities (programme_id, community_id) {
        programme_id -> Id,
        community_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    programme_activities (id) {
        id -> Id,
        programme_id -> Id,
        title -> Jsonb,
        sector -> Text,
        community_id -> Nullable<Id>,
        place -> Nullable<Jsonb>,
        led_by_organisation_id -> Id,
        starts_on -> Nullable<Day>,
        ends_on -> Nullable<Day>,
        status -> Text,
        target -> Nullable<Jsonb>,
        population_group -> Nullable<Text>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    programme_progress (id) {
        id -> Id,
        programme_id -> Id,
        activity_id -> Id,
        starts_on -> Day,
        ends_on -> Day,
        month -> Text,
        counting -> Text,
        women -> Nullable<BigInt>,
        men -> Nullable<BigInt>,
        girls -> Nullable<BigInt>,
        boys -> Nullable<BigInt>,
        unspecified -> Nullable<BigInt>,
        total -> Nullable<BigInt>,
        households -> Nullable<BigInt>,
        with_disability -> Nullable<BigInt>,
        elderly -> Nullable<BigInt>,
        note -> Nullable<Jsonb>,
        reverses -> Nullable<Id>,
        recorded_by_organisation_id -> Id,
        recorded_by_member_id -> Id,
        version -> BigInt,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    programme_contributions (id) {
        id -> Id,
        programme_id -> Id,
        organisation_id -> Id,
        kind -> Text,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        quantity_thousandths -> Nullable<BigInt>,
        unit -> Nullable<Text>,
        description -> Nullable<Jsonb>,
        channel -> Nullable<Text>,
        receipt_number -> Nullable<Text>,
        status -> Text,
        pledged_on -> Day,
        received_on -> Nullable<Day>,
        confirmed_by_organisation_id -> Nullable<Id>,
        confirmed_by_member_id -> Nullable<Id>,
        confirmed_at -> Nullable<Moment>,
        reverses -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        donor_link_id -> Nullable<Id>,
        donor_id -> Nullable<Id>,
        disbursement_id -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    programme_indicators (id) {
        id -> Id,
        programme_id -> Id,
        title -> Jsonb,
        measure -> Text,
        ascending -> Bool,
        baseline -> Nullable<Jsonb>,
        periods -> Jsonb,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}
