drop table journal_seals;
