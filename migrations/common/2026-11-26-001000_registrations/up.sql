-- An organisation's way to a legal status, and what follows from it.
create table registrations (
    id uuid primary key not null,
    organisation_id uuid not null references organisations (id),
    authority jsonb not null,
    level text not null,
    legal_form text not null,
    -- as it was last moved to; `renewal_due` and `expired` are derived from expires_on at each reading
    status text not null,
    number text,
    submitted_on date,
    registered_on date,
    expires_on date,
    arises_from_commitment_id uuid,
    last_reason jsonb,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index registrations_by_organisation on registrations (organisation_id, created_at, id);
create index registrations_by_expiry on registrations (organisation_id, expires_on, id);
create index registrations_by_commitment on registrations (arises_from_commitment_id);

create table registration_requirements (
    id uuid primary key not null,
    registration_id uuid not null references registrations (id),
    title jsonb not null,
    quantity bigint,
    state text not null,
    note jsonb,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index registration_requirements_by_registration
    on registration_requirements (registration_id, created_at, id);

create table registration_obligations (
    id uuid primary key not null,
    registration_id uuid not null references registrations (id),
    title jsonb not null,
    due_on date not null,
    repeats text not null,
    done_on date,
    -- the yearly one that this one was brought forth by; no reference: what is done may be removed
    follows uuid unique,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index registration_obligations_by_registration
    on registration_obligations (registration_id, created_at, id);
create index registration_obligations_waiting on registration_obligations (registration_id, done_on, due_on);

create table registration_notes (
    id uuid primary key not null,
    registration_id uuid not null references registrations (id),
    organisation_id uuid not null references organisations (id),
    member_id uuid not null references members (id),
    text jsonb not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index registration_notes_by_registration on registration_notes (registration_id, created_at, id);

-- With whom it is shared now; what it was shared before is the journal's.
create table registration_shares (
    registration_id uuid not null references registrations (id),
    organisation_id uuid not null references organisations (id),
    shared_at timestamptz not null,
    primary key (registration_id, organisation_id)
);
create index registration_shares_by_organisation on registration_shares (organisation_id, registration_id);
