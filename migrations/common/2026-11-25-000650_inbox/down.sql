drop index visit_parties_by_response;
