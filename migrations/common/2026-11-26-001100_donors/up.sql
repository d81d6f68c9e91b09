-- An outside body or person that may support, known to one organisation.
create table donors (
    id uuid primary key not null,
    organisation_id uuid not null references organisations (id),
    kind text not null,
    visibility text not null,
    -- of one that the network sees; else null, and the name stands sealed
    name jsonb,
    sealed_name bytea,
    sectors jsonb not null,
    places jsonb not null,
    minimum_minor bigint,
    maximum_minor bigint,
    -- of both
    range_currency text,
    -- the folded name of one that the network sees; else empty: nothing of the others can be searched for here
    folded text not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index donors_by_organisation on donors (organisation_id, visibility, created_at, id);

create table donor_sectors (
    donor_id uuid not null references donors (id),
    sector text not null,
    primary key (donor_id, sector)
);
create index donor_sectors_by_sector on donor_sectors (sector, donor_id);

create table donor_places (
    donor_id uuid not null references donors (id),
    -- a P-code
    pcode text not null,
    primary key (donor_id, pcode)
);
create index donor_places_by_pcode on donor_places (pcode, donor_id);

-- How a donor is reached, sealed under the master key. Apart from what may be shown: no list or search reads it.
create table donor_contacts (
    donor_id uuid primary key not null references donors (id),
    sealed bytea not null
);
