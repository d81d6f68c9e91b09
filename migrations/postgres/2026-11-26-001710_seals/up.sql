-- The chain over all entries: each link is made of the one before it and the digest of its entry.
create table journal_seals (
    seq bigint primary key not null,
    link bytea not null
);
