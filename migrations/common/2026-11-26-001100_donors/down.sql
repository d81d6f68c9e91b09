drop table donor_contacts;
drop table donor_places;
drop table donor_sectors;
drop table donors;
drop table master_keys;
