-- Of whom the record that a visit took place said that they were there, and what was said of them before:
-- [{delegate_id, attended}]. The same record is known again by it, and taken back.
alter table visits add column held_marked jsonb;
-- The day by which what a party does next is due; null where nothing is waited for by a day.
alter table visit_parties add column waits_until date;
create index visit_parties_by_day on visit_parties (organisation_id, report_approval, waits_until, visit_id);
-- What waits was read by this one; an older Awasir beside this one reads it by another.
drop index visit_parties_by_response;
