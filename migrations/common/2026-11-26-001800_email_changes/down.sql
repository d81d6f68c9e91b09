drop index users_by_earlier_email;
alter table users drop column email_before;
alter table users drop column email_since;
