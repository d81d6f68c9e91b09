drop table mailed_resets;
drop table outbox;
