-- Prefixes of P-codes are compared byte by byte, whatever the database's locale.
alter table projects alter column pcode type text collate "C";
alter table donor_places alter column pcode type text collate "C";
