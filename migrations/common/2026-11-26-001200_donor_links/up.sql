-- A donor introduced to an organisation for a project or a programme.
create table donor_links (
    id uuid primary key not null,
    donor_id uuid not null references donors (id),
    introduced_by_organisation_id uuid not null references organisations (id),
    beneficiary_organisation_id uuid not null references organisations (id),
    project_id uuid references projects (id),
    programme_id uuid references programmes (id),
    stage text not null,
    -- the stage to which it falls back when what was pledged and paid is taken back: introduced, in_discussion
    talks_stage text,
    message jsonb,
    approvals jsonb not null,
    next_step jsonb,
    -- by when that is to be done, while the link is open
    next_step_due_on date,
    last_reason jsonb,
    -- the permission to read the donor's contact, while it stands
    granted_at timestamptz,
    arises_from_commitment_id uuid,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index donor_links_by_donor on donor_links (donor_id, created_at, id);
create index donor_links_by_project on donor_links (project_id, created_at, id);
create index donor_links_by_programme on donor_links (programme_id, created_at, id);
create index donor_links_by_introducer on donor_links (introduced_by_organisation_id, stage, id);
create index donor_links_by_beneficiary on donor_links (beneficiary_organisation_id, stage, id);
create index donor_links_by_introducers_step on donor_links (introduced_by_organisation_id, next_step_due_on, id);
create index donor_links_by_beneficiarys_step on donor_links (beneficiary_organisation_id, next_step_due_on, id);
create index donor_links_by_commitment on donor_links (arises_from_commitment_id);

create table donor_pledges (
    id uuid primary key not null,
    donor_link_id uuid not null references donor_links (id),
    amount_minor bigint,
    currency text,
    quantity_thousandths bigint,
    unit text,
    description jsonb,
    pledged_on date not null,
    expected_on date,
    conditions jsonb,
    status text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index donor_pledges_by_link on donor_pledges (donor_link_id, created_at, id);

-- What came. Never changed: the numbers of a reversing entry are those of the reversed one below zero.
create table donor_disbursements (
    id uuid primary key not null,
    donor_link_id uuid not null references donor_links (id),
    pledge_id uuid references donor_pledges (id),
    amount_minor bigint,
    currency text,
    quantity_thousandths bigint,
    unit text,
    description jsonb,
    -- what it counts for in its pledge's currency or unit: minor units or thousandths
    counted bigint,
    received_on date not null,
    channel text,
    handed_over_by text,
    received_by_member_id uuid references members (id),
    witness_member_ids jsonb not null,
    receipt_number text,
    charges_minor bigint,
    charges_currency text,
    counts_as_minor bigint,
    counts_as_currency text,
    rate jsonb,
    surplus boolean not null,
    acknowledged_at timestamptz,
    acknowledged_by_member_id uuid references members (id),
    recorded_by_member_id uuid not null references members (id),
    reverses uuid unique references donor_disbursements (id),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index donor_disbursements_by_link on donor_disbursements (donor_link_id, created_at, id);
create index donor_disbursements_by_pledge on donor_disbursements (pledge_id, counted);
create index donor_disbursements_waiting on donor_disbursements (donor_link_id, acknowledged_at, id);

-- Who read a donor's contact through a link, and when: shown to who introduced it.
create table donor_contact_readings (
    id uuid primary key not null,
    donor_link_id uuid not null references donor_links (id),
    organisation_id uuid not null references organisations (id),
    member_id uuid not null references members (id),
    created_at timestamptz not null
);
create index donor_contact_readings_by_link on donor_contact_readings (donor_link_id, created_at, id);

-- What a donor gives to a programme through a link stands among what its partners give.
alter table programme_contributions add column donor_link_id uuid;
alter table programme_contributions add column donor_id uuid;
alter table programme_contributions add column disbursement_id uuid;
create index programme_contributions_by_link on programme_contributions (donor_link_id, id);
