drop table audience;
