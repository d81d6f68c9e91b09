create table visits (
    id uuid primary key not null,
    state text not null,
    visibility text not null,
    title jsonb,
    summary jsonb,
    purposes jsonb not null,
    starts_on date not null,
    ends_on date,
    start_time text,
    end_time text,
    time_zone text not null,
    held_on date,
    -- who recorded that it took place: it alone may take that back
    held_by_organisation_id uuid references organisations (id),
    place jsonb,
    community_ids jsonb not null,
    returns_visit_id uuid references visits (id),
    arises_from_commitment_id uuid,
    last_reason jsonb,
    report jsonb,
    folded text not null,
    created_by_organisation_id uuid not null references organisations (id),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index visits_by_returned on visits (returns_visit_id);

create table visit_parties (
    visit_id uuid not null references visits (id),
    organisation_id uuid not null references organisations (id),
    side text not null,
    place_in_list bigint not null,
    response text not null,
    accepted_version bigint,
    -- who answered: one person never answers for both sides
    responded_by uuid references users (id),
    report_approval text not null,
    approved_version bigint,
    approved_by uuid references users (id),
    objection jsonb,
    -- whether it ever answered, however often it was asked again since
    has_answered boolean not null default false,
    -- of a party that declined a visit which went on without it: the visit as it was then
    seen_last jsonb,
    primary key (visit_id, organisation_id)
);
create index visit_parties_by_organisation on visit_parties (organisation_id, visit_id);

create table visit_delegates (
    id uuid primary key not null,
    visit_id uuid not null references visits (id),
    organisation_id uuid not null references organisations (id),
    side text not null,
    kind text not null,
    headcount bigint,
    member_id uuid references members (id),
    -- null once erased
    name jsonb,
    honorific jsonb,
    title jsonb,
    affiliation jsonb,
    introduced_as jsonb,
    is_head boolean,
    attended boolean,
    public_name_consent jsonb,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index visit_delegates_by_visit on visit_delegates (visit_id, created_at, id);

create table visit_agenda_items (
    id uuid primary key not null,
    visit_id uuid not null references visits (id),
    position bigint not null,
    kind text not null,
    title jsonb not null,
    summary jsonb,
    presented_by_organisation_id uuid references organisations (id),
    presents jsonb not null,
    sectors jsonb not null,
    community_ids jsonb not null,
    project_ids jsonb not null,
    minutes bigint,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index visit_agenda_items_by_visit on visit_agenda_items (visit_id, position, id);

create table visit_discussions (
    id uuid primary key not null,
    visit_id uuid not null references visits (id),
    topic text not null,
    summary jsonb not null,
    raised_by uuid references visit_delegates (id),
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index visit_discussions_by_visit on visit_discussions (visit_id, created_at, id);
create index visit_discussions_by_topic on visit_discussions (topic, visit_id);
create index visit_discussions_by_delegate on visit_discussions (raised_by);

create table commitments (
    id uuid primary key not null,
    visit_id uuid not null references visits (id),
    kind text not null,
    strength text not null,
    wording jsonb,
    description jsonb not null,
    responsible_organisation_ids jsonb not null,
    due_on date,
    status text not null,
    note jsonb,
    -- {type, id} of what it brought forth
    fulfilled_by jsonb,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index commitments_by_visit on commitments (visit_id, created_at, id);
