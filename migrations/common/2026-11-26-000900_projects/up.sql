-- What one organisation does or wants to do.
create table projects (
    id uuid primary key not null,
    organisation_id uuid not null references organisations (id),
    title jsonb not null,
    summary jsonb,
    sectors jsonb not null,
    community_ids jsonb not null,
    place jsonb,
    -- the place's P-code, else null
    pcode text,
    status text not null,
    visibility text not null,
    amounts_visibility text not null,
    budget_minor bigint,
    budget_currency text,
    budget_as_of date,
    starts_on date,
    ends_on date,
    target_beneficiaries jsonb,
    folded text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index projects_by_organisation on projects (organisation_id, created_at, id);

create table project_sectors (
    project_id uuid not null references projects (id),
    sector text not null,
    primary key (project_id, sector)
);

create table project_communities (
    project_id uuid not null references projects (id),
    community_id uuid not null references communities (id),
    primary key (project_id, community_id)
);

-- What came in without a donor link.
create table project_receipts (
    id uuid primary key not null,
    project_id uuid not null references projects (id),
    amount_minor bigint,
    currency text,
    quantity_thousandths bigint,
    unit text,
    description jsonb,
    received_on date not null,
    channel text,
    source text not null,
    donor_id uuid,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index project_receipts_by_project on project_receipts (project_id, created_at, id);
-- all that a project's sums read
create index project_receipts_added_up on project_receipts (project_id, currency, amount_minor);
create index project_receipts_by_donor on project_receipts (donor_id, id);

-- Which items of visits' agendas are about which projects: `visit_agenda_items.project_ids` to be looked up.
create table visit_agenda_projects (
    project_id uuid not null references projects (id),
    agenda_item_id uuid not null references visit_agenda_items (id),
    primary key (project_id, agenda_item_id)
);
create index visit_agenda_projects_by_item on visit_agenda_projects (agenda_item_id);
