drop index users_erased;
