//! Visits, what is recorded of them, and what was agreed.

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
        held_from -> Nullable<Text>,
        held_at -> Nullable<Moment>,
        held_marked -> Nullable<Jsonb>,
        place -> Nullable<Jsonb>,
        community_ids -> Jsonb,
        returns_visit_id -> Nullable<Id>,
        arises_from_commitment_id -> Nullable<Id>,
        last_reason -> Nullable<Jsonb>,
        report -> Nullable<Jsonb>,
        asked_at -> Nullable<Moment>,
        reminders -> Jsonb,
        remind_at -> Nullable<Moment>,
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
        state -> Text,
        created_at -> Moment,
        waits_until -> Nullable<Day>,
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
    delegate_links (member_id, delegate_id) {
        member_id -> Id,
        delegate_id -> Id,
        visit_id -> Id,
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
    use crate::db::sql_types::{Id};
    visit_agenda_projects (project_id, agenda_item_id) {
        project_id -> Id,
        agenda_item_id -> Id,
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
        waits_until -> Nullable<Day>,
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
    commitment_responsibles (organisation_id, created_at, commitment_id) {
        organisation_id -> Id,
        created_at -> Moment,
        commitment_id -> Id,
        waits_until -> Nullable<Day>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::sql_types::{Id, Moment};
    visit_facets (organisation_id, facet, created_at, visit_id) {
        organisation_id -> Id,
        facet -> Text,
        created_at -> Moment,
        visit_id -> Id,
    }
}

diesel::table! {
    title_words (ending, word) {
        ending -> Text,
        word -> Text,
    }
}
