delete from commitment_responsibles;
