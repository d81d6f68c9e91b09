drop table commitments;
drop table visit_discussions;
drop table visit_agenda_items;
drop table visit_delegates;
drop table visit_parties;
drop table visits;
