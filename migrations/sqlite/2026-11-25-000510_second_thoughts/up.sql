insert into commitment_responsibles (organisation_id, created_at, commitment_id, waits_until)
    select unhex(replace(one.value, '-', '')), commitments.created_at, commitments.id, commitments.waits_until
    from commitments, json_each(commitments.responsible_organisation_ids) one;
