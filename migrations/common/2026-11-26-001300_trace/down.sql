drop index visits_by_commitment;
