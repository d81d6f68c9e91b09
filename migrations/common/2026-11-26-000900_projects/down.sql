drop table visit_agenda_projects;
drop table project_receipts;
drop table project_communities;
drop table project_sectors;
drop table projects;
