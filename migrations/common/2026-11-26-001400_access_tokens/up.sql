-- What machines call with: a role in one organisation, narrowed, for which a person answers.
create table access_tokens (
    id uuid primary key not null,
    organisation_id uuid not null references organisations (id),
    name text not null,
    role text not null,
    -- its own list of rights
    permissions jsonb not null,
    -- a list of networks in CIDR; empty: from anywhere
    allowed_networks jsonb not null,
    -- SHA-256 of the secret, and of the one before it while it still works
    digest bytea not null unique,
    previous_digest bytea unique,
    previous_until timestamptz,
    prefix text not null,
    last_four text not null,
    created_by uuid not null references users (id),
    -- who answers for it, and the role that they have, or had when they left
    owner_id uuid not null references users (id),
    owner_role text not null,
    -- raised by all that changes what it may do; JWTs with a lower one are refused
    epoch bigint not null,
    expires_at timestamptz not null,
    orphaned_at timestamptz,
    last_used_at timestamptz,
    last_used_from text,
    rotated_at timestamptz,
    revoked_at timestamptz,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index access_tokens_by_organisation on access_tokens (organisation_id, created_at, id);
create index access_tokens_by_age on access_tokens (created_at, id);
create index access_tokens_by_owner on access_tokens (owner_id, id);

alter table revocations add column token_id uuid;
alter table journal_entries add column token_id uuid;
create index sessions_by_age on sessions (created_at, id);
