drop index programme_contributions_by_link;
alter table programme_contributions drop column disbursement_id;
alter table programme_contributions drop column donor_id;
alter table programme_contributions drop column donor_link_id;
drop table donor_contact_readings;
drop table donor_disbursements;
drop table donor_pledges;
drop table donor_links;
