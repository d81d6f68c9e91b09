alter table donor_places alter column pcode type text;
alter table projects alter column pcode type text;
