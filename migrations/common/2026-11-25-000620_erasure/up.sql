-- Whose personal values were erased, and where those of others stand who may ask for it.
-- an erased account keeps its row, for the ids that name it; its `email` is 'erased:' and its id, which is
-- no address and names nobody, for the check of the first migration asks for one or a phone number
alter table users add column erased_at timestamptz;
alter table members add column erased_at timestamptz;
create index users_by_network_role on users (network_admin, id);

-- Which delegates were ever said to be a member: also those who were removed, or said to be another, since.
create table delegate_links (
    member_id uuid not null references members (id),
    delegate_id uuid not null,
    visit_id uuid not null,
    primary key (member_id, delegate_id)
);
insert into delegate_links (member_id, delegate_id, visit_id)
    select member_id, id, visit_id from visit_delegates where member_id is not null;

-- Whom a kept answer names: members and users.
create table kept_answer_people (
    person_id uuid not null,
    digest bytea not null references idempotency_keys (digest) on delete cascade,
    primary key (person_id, digest)
);
create index kept_answer_people_by_answer on kept_answer_people (digest);

create index invitations_by_member on invitations (member_id);
create index invitations_by_acceptor on invitations (accepted_by);
create index invitations_by_email on invitations (email);
create index invitations_by_phone on invitations (phone);
