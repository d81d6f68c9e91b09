drop index invitations_by_member;
drop index invitations_by_acceptor;
drop index invitations_by_email;
drop index invitations_by_phone;
drop table kept_answer_people;
drop table delegate_links;
drop index users_by_network_role;
alter table members drop column erased_at;
alter table users drop column erased_at;
