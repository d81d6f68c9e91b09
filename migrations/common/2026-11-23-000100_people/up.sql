-- Who signs in, and what proves it. Portable SQL: SQLite takes any declared type name.
create table users (
    id uuid primary key not null,
    name jsonb not null,
    locale text not null,
    email text unique,
    phone text unique,
    password_hash text,
    password_temporary boolean not null,
    network_admin boolean not null,
    -- raised by every change of membership, role or organisation; tokens with a lower one are refused
    epoch bigint not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (email is not null or phone is not null)
);

create table sessions (
    id uuid primary key not null,
    user_id uuid not null references users (id),
    refresh_digest bytea not null,
    previous_digest bytea,
    rotated_at timestamptz not null,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    address text,
    user_agent text
);
create index sessions_by_user on sessions (user_id, created_at, id);
create index sessions_by_expiry on sessions (expires_at);

-- what each node follows: ended sessions, raised epochs
create table revocations (
    id uuid primary key not null,
    session_id uuid,
    user_id uuid,
    epoch bigint,
    at timestamptz not null
);
create index revocations_by_time on revocations (at);

create table signing_keys (
    id text primary key not null,
    state text not null,
    public_key bytea not null,
    sealed bytea not null,
    created_at timestamptz not null,
    retired_at timestamptz
);

create table sealed_secrets (
    purpose text primary key not null,
    sealed bytea not null
);
