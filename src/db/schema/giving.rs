//! Donors, and their links to organisations with what came of them.

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Jsonb, Moment};
    donors (id) {
        id -> Id,
        organisation_id -> Id,
        kind -> Text,
        visibility -> Text,
        name -> Nullable<Jsonb>,
        sealed_name -> Nullable<Binary>,
        sectors -> Jsonb,
        places -> Jsonb,
        minimum_minor -> Nullable<BigInt>,
        maximum_minor -> Nullable<BigInt>,
        range_currency -> Nullable<Text>,
        folded -> Text,
        sector_bits -> BigInt,
        state_bits -> BigInt,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    donor_sectors (donor_id, sector) {
        donor_id -> Id,
        sector -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    donor_places (donor_id, pcode) {
        donor_id -> Id,
        pcode -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id};
    donor_contacts (donor_id) {
        donor_id -> Id,
        sealed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    donor_links (id) {
        id -> Id,
        donor_id -> Id,
        introduced_by_organisation_id -> Id,
        beneficiary_organisation_id -> Id,
        project_id -> Nullable<Id>,
        programme_id -> Nullable<Id>,
        stage -> Text,
        talks_stage -> Nullable<Text>,
        message -> Nullable<Jsonb>,
        approvals -> Jsonb,
        next_step -> Nullable<Jsonb>,
        next_step_due_on -> Nullable<Day>,
        last_reason -> Nullable<Jsonb>,
        granted_at -> Nullable<Moment>,
        arises_from_commitment_id -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    donor_pledges (id) {
        id -> Id,
        donor_link_id -> Id,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        quantity_thousandths -> Nullable<BigInt>,
        unit -> Nullable<Text>,
        description -> Nullable<Jsonb>,
        pledged_on -> Day,
        expected_on -> Nullable<Day>,
        conditions -> Nullable<Jsonb>,
        status -> Text,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Day, Id, Jsonb, Moment};
    donor_disbursements (id) {
        id -> Id,
        donor_link_id -> Id,
        pledge_id -> Nullable<Id>,
        amount_minor -> Nullable<BigInt>,
        currency -> Nullable<Text>,
        quantity_thousandths -> Nullable<BigInt>,
        unit -> Nullable<Text>,
        description -> Nullable<Jsonb>,
        counted -> Nullable<BigInt>,
        received_on -> Day,
        channel -> Nullable<Text>,
        handed_over_by -> Nullable<Text>,
        received_by_member_id -> Nullable<Id>,
        witness_member_ids -> Jsonb,
        receipt_number -> Nullable<Text>,
        charges_minor -> Nullable<BigInt>,
        charges_currency -> Nullable<Text>,
        counts_as_minor -> Nullable<BigInt>,
        counts_as_currency -> Nullable<Text>,
        rate -> Nullable<Jsonb>,
        surplus -> Bool,
        acknowledged_at -> Nullable<Moment>,
        acknowledged_by_member_id -> Nullable<Id>,
        recorded_by_member_id -> Id,
        reverses -> Nullable<Id>,
        version -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Moment};
    donor_contact_readings (id) {
        id -> Id,
        donor_link_id -> Id,
        organisation_id -> Id,
        member_id -> Id,
        created_at -> Moment,
    }
}
