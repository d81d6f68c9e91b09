-- Since when the e-mail address is the account's (or it has none) by a change of its owner's, who need not have shown that it
-- is theirs; null for an address that came by an invitation or from the operator.
alter table users add column email_since timestamptz;
-- Which address a new password was mailed to before that; it is told of further changes, and forgotten after some days.
alter table users add column email_before text;
create index users_by_earlier_email on users (email_since) where email_before is not null;
