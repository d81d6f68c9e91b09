-- Housekeeping asks who was erased lately.
create index users_erased on users (erased_at) where erased_at is not null;
