create index visit_parties_by_response on visit_parties (organisation_id, response, state, created_at, visit_id);
drop index visit_parties_by_day;
alter table visit_parties drop column waits_until;
alter table visits drop column held_marked;
