drop index outbox_waiting_by_expiry;
