-- The keys under which what nobody may read here is sealed: one that seals and, while a key is being changed, those
-- that are still needed. The keys themselves are elsewhere.
create table master_keys (
    id text primary key not null,
    is_current boolean not null,
    -- where the key is had from: file, passphrase
    source text not null,
    -- what makes a key of a passphrase, by argon2id; null for a file's
    salt bytea,
    memory_kib bigint,
    passes bigint,
    lanes bigint,
    -- opened by the key and by no other
    proof bytea not null,
    -- the key of one that is not current, sealed under the current one
    sealed_key bytea,
    created_at timestamptz not null
);

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
    -- a bit for each field of work and one for the states in which its places lie: what is matched is found by these
    sector_bits bigint not null,
    state_bits bigint not null,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index donors_by_organisation on donors (
    organisation_id, visibility, created_at, id, sector_bits, state_bits, range_currency, minimum_minor, maximum_minor
);
-- all that matching reads of a donor
create index donors_matched on donors (
    visibility, sector_bits, state_bits, range_currency, minimum_minor, maximum_minor, created_at, id
);

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
