-- Delegates who are no longer said to be the member that they were: the journal knows of them.
insert or ignore into delegate_links (member_id, delegate_id, visit_id)
    select members.id, told.thing_id, unhex(replace(json_extract(first_values.field_values, '$.visit_id.after'), '-', ''))
    from journal_entries told
    join journal_values on journal_values.entry_id = told.id
    join members on members.id in (
        unhex(replace(json_extract(journal_values.field_values, '$.member_id.before'), '-', '')),
        unhex(replace(json_extract(journal_values.field_values, '$.member_id.after'), '-', '')))
    join journal_entries first on first.thing_id = told.thing_id and first.thing_version = 1
    join journal_values first_values on first_values.entry_id = first.id
    where told.thing_kind = 'visit.delegate';

insert or ignore into kept_answer_people (person_id, digest)
    select unhex(replace(one.atom, '-', '')), kept.digest
    from idempotency_keys kept, json_tree(kept.answer, '$.body') one
    where one.key in ('id', 'member_id') and one.type = 'text' and length(one.atom) = 36;
