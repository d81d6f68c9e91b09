-- Shared programmes: the terms on the table or in force stand in the row; every revision of them is kept beside.
create table programmes (
    id uuid primary key not null,
    state text not null,
    visibility text not null,
    amounts_visibility text not null,
    title jsonb not null,
    objectives jsonb not null,
    sectors jsonb not null,
    community_ids jsonb not null,
    starts_on date not null,
    ends_on date not null,
    budget jsonb not null,
    terms_revision bigint not null,
    -- the last one given: no revision is given twice
    last_revision bigint not null,
    -- the revision that waits for signatures beside the terms in force: an amendment, a removal
    pending_revision bigint,
    -- to whom the lead was offered
    lead_offered_to uuid references organisations (id),
    arises_from_commitment_id uuid,
    last_reason jsonb,
    -- when every partner had signed; its days are those of this zone
    agreed_at timestamptz,
    time_zone text not null,
    folded text not null,
    created_by_organisation_id uuid not null references organisations (id),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index programmes_by_commitment on programmes (arises_from_commitment_id);

create table programme_partners (
    programme_id uuid not null references programmes (id),
    organisation_id uuid not null references organisations (id),
    role text not null,
    responsibilities jsonb,
    place_in_list bigint not null,
    joined_on date,
    left_on date,
    -- {action, reason, reason_code, at}: how it left
    leaving jsonb,
    -- of one that left: the programme as it was then
    seen_last jsonb,
    -- the programme's own state, for what is asked of one organisation's programmes
    state text not null,
    primary key (programme_id, organisation_id)
);
create index programme_partners_by_organisation on programme_partners (organisation_id, state, programme_id);

create table programme_terms (
    programme_id uuid not null references programmes (id),
    revision bigint not null,
    kind text not null,
    -- by RFC 8785, and its SHA-256 in hexadecimal
    canonical text not null,
    digest text not null,
    -- what the signatures allow besides
    visibility text not null,
    amounts_visibility text not null,
    -- of a removal: whom, why, and until when it is announced
    removes_organisation_id uuid references organisations (id),
    reason_code text,
    reason jsonb,
    notice_until timestamptz,
    drafted_by_organisation_id uuid not null references organisations (id),
    drafted_at timestamptz not null,
    -- whether others than its author have seen it: then it is never written over
    was_proposed boolean not null,
    in_force_at timestamptz,
    dropped_at timestamptz,
    primary key (programme_id, revision)
);
create index programme_terms_by_notice on programme_terms (notice_until, programme_id);

create table programme_signatures (
    programme_id uuid not null references programmes (id),
    revision bigint not null,
    organisation_id uuid not null references organisations (id),
    digest text not null,
    member_id uuid not null references members (id),
    -- the name of the day, null once erased; the title of the day
    name jsonb,
    title jsonb,
    signed_at timestamptz not null,
    primary key (programme_id, revision, organisation_id)
);
create index programme_signatures_by_member on programme_signatures (member_id, programme_id);

create table programme_sectors (
    programme_id uuid not null references programmes (id),
    sector text not null,
    primary key (programme_id, sector)
);

create table programme_communities (
    programme_id uuid not null references programmes (id),
    community_id uuid not null references communities (id),
    primary key (programme_id, community_id)
);

create table programme_activities (
    id uuid primary key not null,
    programme_id uuid not null references programmes (id),
    title jsonb not null,
    sector text not null,
    community_id uuid references communities (id),
    place jsonb,
    led_by_organisation_id uuid not null references organisations (id),
    starts_on date,
    ends_on date,
    status text not null,
    target jsonb,
    population_group text,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index programme_activities_by_programme on programme_activities (programme_id, created_at, id);

-- Only grows. The numbers of a reversing entry are those of the reversed one below zero, so that sums are right.
create table programme_progress (
    id uuid primary key not null,
    programme_id uuid not null references programmes (id),
    activity_id uuid not null references programme_activities (id),
    starts_on date not null,
    ends_on date not null,
    -- in which it ended: YYYY-MM
    month text not null,
    counting text not null,
    women bigint,
    men bigint,
    girls bigint,
    boys bigint,
    unspecified bigint,
    total bigint,
    households bigint,
    with_disability bigint,
    elderly bigint,
    note jsonb,
    reverses uuid unique references programme_progress (id),
    recorded_by_organisation_id uuid not null references organisations (id),
    recorded_by_member_id uuid not null references members (id),
    version bigint not null,
    created_at timestamptz not null
);
create index programme_progress_by_activity on programme_progress (activity_id, created_at, id);
-- all that the summary adds up, so that it never looks at the rows themselves
create index programme_progress_added_up on programme_progress (
    programme_id, activity_id, month, counting,
    women, men, girls, boys, unspecified, total, households, with_disability, elderly
);

create table programme_contributions (
    id uuid primary key not null,
    programme_id uuid not null references programmes (id),
    organisation_id uuid not null references organisations (id),
    kind text not null,
    amount_minor bigint,
    currency text,
    quantity_thousandths bigint,
    unit text,
    description jsonb,
    channel text,
    receipt_number text,
    status text not null,
    pledged_on date not null,
    received_on date,
    confirmed_by_organisation_id uuid references organisations (id),
    confirmed_by_member_id uuid references members (id),
    confirmed_at timestamptz,
    reverses uuid unique references programme_contributions (id),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index programme_contributions_by_programme on programme_contributions (programme_id, created_at, id);
create index programme_contributions_by_status on programme_contributions (programme_id, status, created_at, id);

create table programme_indicators (
    id uuid primary key not null,
    programme_id uuid not null references programmes (id),
    title jsonb not null,
    measure text not null,
    ascending boolean not null,
    baseline jsonb,
    periods jsonb not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index programme_indicators_by_programme on programme_indicators (programme_id, created_at, id);
