drop table database_marks;
drop table chosen_ids;
drop table idempotency_keys;
drop table journal_values;
drop table journal_entries;
