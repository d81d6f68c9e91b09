-- Which organisation may see which thing; the all-zero id stands for the whole network.
-- Without rowid: the table is its own index, one page read less for every listed row.
create table audience (
    thing_kind text not null,
    organisation_id uuid not null,
    created_at timestamptz not null,
    thing_id uuid not null,
    primary key (thing_kind, organisation_id, created_at, thing_id)
) without rowid;
create index audience_by_thing on audience (thing_id, organisation_id);
