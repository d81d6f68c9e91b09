-- Delegates who are no longer said to be the member that they were: the journal knows of them.
insert into delegate_links (member_id, delegate_id, visit_id)
    select members.id, told.thing_id, (first_values.field_values #>> '{visit_id,after}')::uuid
    from journal_entries told
    join journal_values on journal_values.entry_id = told.id
    join members on members.id in (
        (journal_values.field_values #>> '{member_id,before}')::uuid,
        (journal_values.field_values #>> '{member_id,after}')::uuid)
    join journal_entries first on first.thing_id = told.thing_id and first.thing_version = 1
    join journal_values first_values on first_values.entry_id = first.id
    where told.thing_kind = 'visit.delegate' and first_values.field_values #>> '{visit_id,after}' is not null
    on conflict do nothing;

insert into kept_answer_people (person_id, digest)
    select distinct (one #>> '{}')::uuid, kept.digest
    from idempotency_keys kept,
        lateral (select jsonb_path_query(kept.answer, '$.body.**.id') as one
            union all select jsonb_path_query(kept.answer, '$.body.**.member_id')) named
    where one #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    on conflict do nothing;
