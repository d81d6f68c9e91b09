drop table registration_shares;
drop table registration_notes;
drop table registration_obligations;
drop table registration_requirements;
drop table registrations;
