drop table sealed_secrets;
drop table signing_keys;
drop table revocations;
drop table sessions;
drop table users;
