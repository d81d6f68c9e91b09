-- What waits for an organisation: the visits that it has not answered, and those under way in which it takes part,
-- without a look at those that are over.
create index visit_parties_by_response on visit_parties (organisation_id, response, state, created_at, visit_id);
