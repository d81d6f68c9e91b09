create table journal_entries (
    id uuid primary key not null,
    -- dense order of all entries, given by the sequencer; every reader goes by it
    seq bigint unique,
    -- PostgreSQL: the transaction's id (a default in its own migration); SQLite: always 0
    xact bigint not null default 0,
    -- place within the transaction
    position bigint not null,
    at timestamptz not null,
    action text not null,
    thing_kind text not null,
    thing_id uuid not null,
    thing_version bigint not null,
    user_id uuid,
    session_id uuid,
    -- on whose behalf
    organisation_id uuid,
    request_id text not null,
    -- name of each changed field and the salted digest of its values
    digests jsonb not null
);
create index journal_entries_by_thing on journal_entries (thing_id, thing_version);
create index journal_entries_by_organisation on journal_entries (organisation_id, seq);

-- the values apart from their digests, so that personal ones can be erased
create table journal_values (
    entry_id uuid primary key not null references journal_entries (id),
    field_values jsonb not null
);

-- answers kept for repeated requests
create table idempotency_keys (
    digest bytea primary key not null,
    fingerprint bytea not null,
    answer jsonb not null,
    created_at timestamptz not null
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- the digest of the creating request of each thing whose id a client chose; kept for ever
create table chosen_ids (
    id uuid primary key not null,
    digest bytea not null
);

create table database_marks (
    name text primary key not null,
    value text not null
);
