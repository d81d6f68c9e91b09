-- An account that was erased is looked at once more, when what was being written meanwhile is written.
alter table users add column erasure_finished_at timestamptz;
create index users_being_erased on users (erased_at) where erased_at is not null and erasure_finished_at is null;
