-- What a visit remembers to go back, and since when the others' approval is waited for.
-- the state before it was recorded as held, and when that was recorded
alter table visits add column held_from text;
alter table visits add column held_at timestamptz;
-- since when the approvals that are missing are waited for
alter table visits add column asked_at timestamptz;
-- [{at, organisation_ids}]: who was reminded when, since then
alter table visits add column reminders jsonb not null default '[]';
-- when the next reminder is due
alter table visits add column remind_at timestamptz;
create index visits_by_reminder on visits (remind_at);

update visits set held_from = 'accepted', held_at = updated_at
    where state in ('held', 'reported', 'concluded');
update visits set asked_at = updated_at, remind_at = updated_at where state = 'reported';

-- The visit's own state and age beside each party: what lists of one organisation's visits go by.
alter table visit_parties add column state text not null default 'draft';
alter table visit_parties add column created_at timestamptz not null default '1970-01-01';
update visit_parties set
    state = (select state from visits where visits.id = visit_parties.visit_id),
    created_at = (select created_at from visits where visits.id = visit_parties.visit_id);
create index visit_parties_by_age on visit_parties (organisation_id, created_at, visit_id);
create index visit_parties_by_state on visit_parties (organisation_id, state, created_at, visit_id);

-- The day by which what was committed is waited for, once its visit is concluded and until it is done.
alter table commitments add column waits_until date;
update commitments set waits_until = due_on
    where strength = 'committed' and status in ('open', 'in_progress')
      and exists (select 1 from visits where visits.id = commitments.visit_id and visits.state = 'concluded');

-- Who took a commitment upon itself.
create table commitment_responsibles (
    organisation_id uuid not null references organisations (id),
    created_at timestamptz not null,
    commitment_id uuid not null references commitments (id),
    waits_until date,
    primary key (organisation_id, created_at, commitment_id)
);
create index commitment_responsibles_by_commitment on commitment_responsibles (commitment_id);
create index commitment_responsibles_by_day on commitment_responsibles (organisation_id, waits_until);

-- Commitments are listed across visits, to whom the visit is shown, once it was held.
insert into audience (thing_kind, organisation_id, created_at, thing_id)
    select 'commitment', shown.organisation_id, commitments.created_at, commitments.id
    from commitments
    join visits on visits.id = commitments.visit_id
    join audience shown on shown.thing_id = visits.id and shown.thing_kind = 'visit'
    where visits.state in ('held', 'reported', 'concluded');
