-- The chain over all entries: each link is made of the one before it and the digest of its entry.
-- Without rowid: the table is its own index.
create table journal_seals (
    seq bigint primary key not null,
    link bytea not null
) without rowid;
