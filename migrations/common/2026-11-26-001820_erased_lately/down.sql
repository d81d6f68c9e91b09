drop index users_being_erased;
alter table users drop column erasure_finished_at;
