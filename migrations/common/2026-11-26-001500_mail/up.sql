-- Mails that wait to be sent, and what became of them.
create table outbox (
    id uuid primary key not null,
    kind text not null,
    invitation_id uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- how often a worker took it up
    attempts bigint not null,
    -- when a worker may take it up; while one is at it, when its lease ends; null when nothing is left to do
    next_attempt_at timestamptz,
    -- the lease: made anew whenever a worker takes it up
    leased_by uuid,
    -- to whom it goes and what opens the door; null when nothing is left to do
    sealed bytea,
    sent_at timestamptz,
    failed_at timestamptz,
    last_error text
);
create index outbox_waiting on outbox (next_attempt_at) where next_attempt_at is not null;
create index outbox_by_creation on outbox (created_at);
create index outbox_by_invitation on outbox (invitation_id);

-- What was mailed to people who asked for a new password.
create table mailed_resets (
    digest bytea primary key not null,
    user_id uuid not null references users (id),
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index mailed_resets_by_user on mailed_resets (user_id, requested_at);
create index mailed_resets_by_expiry on mailed_resets (expires_at);
