-- The second factor of an account: what its authenticator app and the server both know.
create table second_factors (
    user_id uuid primary key not null references users (id),
    -- sealed under the master key, for this row alone
    sealed bytea not null,
    -- null until a code of it was shown
    confirmed_at timestamptz,
    -- the time step of the code used last: no code of it or of an earlier one is taken again
    last_step bigint not null,
    -- when what was guessed wrong will have been worked off
    failing_until timestamptz,
    created_at timestamptz not null
);

-- For who has lost the app: each works once.
create table recovery_codes (
    user_id uuid not null references users (id),
    digest bytea not null,
    created_at timestamptz not null,
    used_at timestamptz,
    primary key (user_id, digest)
);
