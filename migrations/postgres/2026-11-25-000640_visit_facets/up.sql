-- What lists of visits are narrowed by: for each audience of a visit and each facet of it one row, so that a
-- narrowed list is read newest first like a whole one. A facet is a letter and a value: v, h and a party's id
-- (visitor, host); t and a topic; m and a month, d and a day (its first); c and a day (a later one); w and a word
-- of the title; s and a state (for the network's audience: an organisation's own go by visit_parties).
create table visit_facets (
    organisation_id uuid not null,
    -- compared byte by byte, whatever the database's locale
    facet text collate "C" not null,
    created_at timestamptz not null,
    visit_id uuid not null
);

-- The words of all titles by their endings: a word is found by any part of it.
create table title_words (
    ending text collate "C" not null,
    word text collate "C" not null
);

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, left(p.side, 1) || replace(p.organisation_id::text, '-', ''), a.created_at, a.thing_id
    from audience a join visit_parties p on p.visit_id = a.thing_id
    where a.thing_kind = 'visit'
      and (a.organisation_id <> '00000000-0000-0000-0000-000000000000' or p.response <> 'declined');

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, 's' || v.state, a.created_at, a.thing_id
    from audience a join visits v on v.id = a.thing_id
    where a.thing_kind = 'visit' and a.organisation_id = '00000000-0000-0000-0000-000000000000';

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select distinct a.organisation_id, 't' || d.topic, a.created_at, a.thing_id
    from audience a join visit_discussions d on d.visit_id = a.thing_id
    where a.thing_kind = 'visit';

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, to_char(v.starts_on, '"m"YYYY-MM'), a.created_at, a.thing_id
    from audience a join visits v on v.id = a.thing_id
    where a.thing_kind = 'visit';

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, case when day = v.starts_on then 'd' else 'c' end || to_char(day, 'YYYY-MM-DD'),
           a.created_at, a.thing_id
    from audience a join visits v on v.id = a.thing_id,
         generate_series(v.starts_on, coalesce(v.ends_on, v.starts_on), interval '1 day') day
    where a.thing_kind = 'visit';

create temporary table words on commit drop as
    select distinct v.id as visit_id, one.word
    from visits v, unnest(string_to_array(replace(v.folded, E'\n', ' '), ' ')) one (word)
    where length(one.word) > 1;

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select distinct a.organisation_id, 'w' || left(w.word, 64), a.created_at, a.thing_id
    from words w join audience a on a.thing_id = w.visit_id
    where a.thing_kind = 'visit';

insert into title_words (ending, word)
    select distinct substr(w.word, place, 24), left(w.word, 64)
    from (select distinct word from words) w, generate_series(1, length(w.word) - 1) place;

-- The keys last: sorted once, not row by row.
alter table visit_facets add primary key (organisation_id, facet, created_at, visit_id);
alter table title_words add primary key (ending, word);
