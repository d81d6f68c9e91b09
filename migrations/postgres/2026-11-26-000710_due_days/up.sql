-- The days of the visits that are there, as visits/rules/due.rs has them (an approval's, which is asked for at a
-- moment, by UTC).
update visit_parties set waits_until = case
        when visit_parties.response = 'pending' then v.starts_on
        when v.state = 'accepted' then coalesce(v.ends_on, v.starts_on)
        when v.state = 'held' then coalesce(v.held_on, v.starts_on) + 14
        when v.state = 'reported' then (coalesce(v.asked_at, v.updated_at) at time zone 'UTC')::date + 30
    end
    from visits v
    where v.id = visit_parties.visit_id
      and (visit_parties.response = 'pending' and v.state in ('proposed', 'accepted', 'held', 'reported', 'concluded')
           or visit_parties.response = 'accepted' and v.state in ('accepted', 'held', 'reported'));
