-- Mails that wait although nobody needs them any more, where no node sends any.
create index outbox_waiting_by_expiry on outbox (expires_at) where next_attempt_at is not null;
