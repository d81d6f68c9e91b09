drop index sessions_by_age;
alter table journal_entries drop column token_id;
alter table revocations drop column token_id;
drop table access_tokens;
