create table communities (
    id uuid primary key not null,
    name jsonb not null,
    other_names jsonb not null,
    country text not null,
    admin1_pcode text,
    admin2_pcode text,
    -- the narrowest P-code known, else empty: what the `place` filter's prefix is matched with
    pcode text not null,
    latitude double precision,
    longitude double precision,
    folded_name text not null,
    folded text not null,
    created_by_organisation_id uuid,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index communities_by_age on communities (created_at, id);
create index communities_by_pcode on communities (pcode, created_at, id);
create index communities_by_name on communities (folded_name);
create index communities_by_creator on communities (created_by_organisation_id, created_at, id);

create table organisations (
    id uuid primary key not null,
    status text not null,
    name jsonb not null,
    official_name jsonb,
    short_name jsonb,
    legal_form text not null,
    about jsonb,
    sectors jsonb not null,
    community_ids jsonb not null,
    founded_on date,
    website text,
    -- all of them, and what partners and what the whole network may see of them
    external_ids jsonb not null,
    external_ids_partners jsonb not null default '[]',
    external_ids_network jsonb not null default '[]',
    contact jsonb not null,
    -- what was last decided about its standing, and why
    last_decision jsonb,
    -- an application's own: who asked, the token that reads it
    applicant jsonb,
    status_token_digest bytea unique,
    status_token_expires_at timestamptz,
    -- the name that an Arabic reader reads: equal ones are possible duplicates
    folded_name text not null,
    folded text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index organisations_by_age on organisations (created_at, id);
-- what every member organisation sees: the list is asked with these very words. "Not in" because SQLite
-- would answer an "in" from the index by status, and sort all that it finds
create index organisations_in_network on organisations (created_at, id)
    where status not in ('applied', 'returned', 'rejected');
create index organisations_by_status on organisations (status, created_at, id);
create index organisations_by_name on organisations (folded_name);

create table organisation_sectors (
    organisation_id uuid not null references organisations (id),
    sector text not null,
    primary key (sector, organisation_id)
);
create index organisation_sectors_by_organisation on organisation_sectors (organisation_id);

create table organisation_communities (
    organisation_id uuid not null references organisations (id),
    community_id uuid not null references communities (id),
    primary key (community_id, organisation_id)
);
create index organisation_communities_by_organisation on organisation_communities (organisation_id);

create table organisation_external_ids (
    organisation_id uuid not null references organisations (id),
    scheme text not null,
    value text not null,
    visibility text not null,
    primary key (scheme, value, organisation_id)
);
create index organisation_external_ids_by_organisation on organisation_external_ids (organisation_id);

-- one active or suspended organisation per scheme and value, also when two are approved at once
create table external_id_claims (
    scheme text not null,
    value text not null,
    organisation_id uuid not null references organisations (id),
    primary key (scheme, value)
);
create index external_id_claims_by_organisation on external_id_claims (organisation_id);

create table members (
    id uuid primary key not null,
    organisation_id uuid not null references organisations (id),
    user_id uuid references users (id),
    name jsonb not null,
    honorific jsonb,
    title jsonb,
    email text,
    phone text,
    is_executive boolean not null,
    joined_on date,
    left_on date,
    role text,
    folded text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index members_by_organisation on members (organisation_id, created_at, id);
create index members_by_user on members (user_id);
create unique index members_one_per_user on members (organisation_id, user_id)
    where user_id is not null and left_on is null;

create table invitations (
    id uuid primary key not null,
    -- null: the invitation is to be the network's admin
    organisation_id uuid references organisations (id),
    member_id uuid references members (id),
    role text,
    name jsonb,
    title jsonb,
    email text,
    phone text,
    token_digest bytea not null unique,
    code_digest bytea not null unique,
    invited_by uuid references users (id),
    -- an admin invitation for an organisation without admins: why, and from when it works
    reason jsonb,
    usable_from timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid references users (id),
    revoked_at timestamptz,
    objected_by uuid references members (id),
    created_at timestamptz not null
);
create index invitations_by_organisation on invitations (organisation_id, created_at, id);
create index invitations_by_expiry on invitations (expires_at);

create table reset_codes (
    id uuid primary key not null,
    user_id uuid not null references users (id),
    organisation_id uuid not null references organisations (id),
    digest bytea not null unique,
    issued_by uuid not null references users (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index reset_codes_by_user on reset_codes (user_id);
create index reset_codes_by_expiry on reset_codes (expires_at);
