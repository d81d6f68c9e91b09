//! Organisations and the communities that they serve.

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
