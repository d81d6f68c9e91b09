drop index journal_entries_waiting;
alter table journal_entries alter column xact set default 0;
drop table audience;
alter table communities alter column pcode type text;
