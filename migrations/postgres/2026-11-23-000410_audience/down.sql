drop index journal_entries_waiting;
alter table journal_entries alter column xact set default 0;
drop table audience;
drop index communities_by_pcode;
create index communities_by_pcode on communities (pcode, created_at, id);
