-- What the audit trail needs of the journal: which organisation is concerned where none acted, what is not told to the
-- network's admin, and from where it was done.
alter table journal_entries add column about_organisation_id uuid;
-- none, draft, donors; null: not known
alter table journal_entries add column reserved text;
-- {salt, address}, apart from its digest so that it can be erased
alter table journal_entries add column address jsonb;
alter table journal_entries add column address_digest text;

-- Numbered entries alone: on PostgreSQL these indexes are the sequencer's work and no writer's.
drop index journal_entries_by_organisation;
create index journal_entries_by_organisation on journal_entries (organisation_id, at, seq) where seq is not null;
create index journal_entries_about_organisation on journal_entries (about_organisation_id, at, seq)
    where about_organisation_id is not null and seq is not null;
create index journal_entries_by_user on journal_entries (user_id, at, seq) where seq is not null;
create index journal_entries_by_token on journal_entries (token_id, at, seq)
    where token_id is not null and seq is not null;
create index journal_entries_by_age on journal_entries (at, seq) where seq is not null;
