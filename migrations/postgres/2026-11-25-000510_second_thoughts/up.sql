insert into commitment_responsibles (organisation_id, created_at, commitment_id, waits_until)
    select one::uuid, commitments.created_at, commitments.id, commitments.waits_until
    from commitments, jsonb_array_elements_text(commitments.responsible_organisation_ids) one;
