//! The tables, as the migrations make them on both engines.

#![allow(missing_docs, reason = "the tables are described where they are made, in migrations/")]

mod giving;
mod journal;
mod mailing;
mod network;
mod people;
mod sharing;
mod tokens;
mod undertaking;
mod visiting;

pub use giving::{
    donor_contact_readings, donor_contacts, donor_disbursements, donor_links, donor_places, donor_pledges,
    donor_sectors, donors,
};
pub use journal::{
    audience, chosen_ids, database_marks, idempotency_keys, journal_entries, journal_seals, journal_values,
    kept_answer_people,
};
pub use mailing::{mailed_resets, outbox};
pub use network::{
    communities, external_id_claims, organisation_communities, organisation_external_ids,
    organisation_sectors, organisations,
};
pub use people::{
    invitations, master_keys, members, recovery_codes, reset_codes, revocations, sealed_secrets,
    second_factors, sessions, signing_keys, users,
};
pub use sharing::{
    programme_activities, programme_communities, programme_contributions, programme_indicators,
    programme_partners, programme_progress, programme_sectors, programme_signatures, programme_terms,
    programmes,
};
pub use tokens::access_tokens;
pub use undertaking::{
    project_communities, project_receipts, project_sectors, projects, registration_notes,
    registration_obligations, registration_requirements, registration_shares, registrations,
};
pub use visiting::{
    commitment_responsibles, commitments, delegate_links, title_words, visit_agenda_items,
    visit_agenda_projects, visit_delegates, visit_discussions, visit_facets, visit_parties, visits,
};

diesel::allow_tables_to_appear_in_same_query!(
    users,
    access_tokens,
    sessions,
    second_factors,
    recovery_codes,
    revocations,
    signing_keys,
    master_keys,
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
    mailed_resets,
    outbox,
    visits,
    visit_parties,
    visit_delegates,
    delegate_links,
    visit_agenda_items,
    visit_agenda_projects,
    visit_discussions,
    commitments,
    commitment_responsibles,
    visit_facets,
    title_words,
    programmes,
    programme_partners,
    programme_terms,
    programme_signatures,
    programme_sectors,
    programme_communities,
    programme_activities,
    programme_progress,
    programme_contributions,
    programme_indicators,
    projects,
    project_sectors,
    project_communities,
    project_receipts,
    registrations,
    registration_requirements,
    registration_obligations,
    registration_notes,
    registration_shares,
    donors,
    donor_sectors,
    donor_places,
    donor_contacts,
    donor_links,
    donor_pledges,
    donor_disbursements,
    donor_contact_readings,
    journal_entries,
    journal_values,
    journal_seals,
    idempotency_keys,
    kept_answer_people,
    chosen_ids,
    database_marks,
    audience,
);

// What came through links, added up by the project that they are for.
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    donor_links::project_id,
    donor_disbursements::currency,
    donor_disbursements::pledge_id,
);
