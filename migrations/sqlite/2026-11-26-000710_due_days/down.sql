update visit_parties set waits_until = null;
