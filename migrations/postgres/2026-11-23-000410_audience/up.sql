-- Which organisation may see which thing; the all-zero id stands for the whole network.
create table audience (
    thing_kind text not null,
    organisation_id uuid not null,
    created_at timestamptz not null,
    thing_id uuid not null,
    primary key (thing_kind, organisation_id, created_at, thing_id)
);
create index audience_by_thing on audience (thing_id, organisation_id);

-- The sequencer reads entries in the order of the transactions that wrote them.
alter table journal_entries alter column xact set default (pg_current_xact_id()::text::bigint);
create index journal_entries_waiting on journal_entries (xact, position) where seq is null;

-- Prefixes of P-codes are compared byte by byte, whatever the database's locale.
alter table communities alter column pcode type text collate "C";
