-- What arises from a commitment, for traces.
create index visits_by_commitment on visits (arises_from_commitment_id);
