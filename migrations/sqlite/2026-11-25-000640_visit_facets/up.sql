-- What lists of visits are narrowed by: for each audience of a visit and each facet of it one row, so that a
-- narrowed list is read newest first like a whole one. A facet is a letter and a value: v, h and a party's id
-- (visitor, host); t and a topic; m and a month, d and a day (its first); c and a day (a later one); w and a word
-- of the title; s and a state (for the network's audience: an organisation's own go by visit_parties).
create table visit_facets (
    organisation_id uuid not null,
    facet text not null,
    created_at timestamptz not null,
    visit_id uuid not null,
    primary key (organisation_id, facet, created_at, visit_id)
) without rowid;

-- The words of all titles by their endings: a word is found by any part of it.
create table title_words (
    ending text not null,
    word text not null,
    primary key (ending, word)
) without rowid;

-- Each in the order of the key: it goes to the table once, not page by page again and again.
insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, substr(p.side, 1, 1) || lower(hex(p.organisation_id)), a.created_at, a.thing_id
    from audience a join visit_parties p on p.visit_id = a.thing_id
    where a.thing_kind = 'visit' and (a.organisation_id <> zeroblob(16) or p.response <> 'declined')
    order by 1, 2, 3, 4;

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, 's' || v.state, a.created_at, a.thing_id
    from audience a join visits v on v.id = a.thing_id
    where a.thing_kind = 'visit' and a.organisation_id = zeroblob(16)
    order by 1, 2, 3, 4;

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select distinct a.organisation_id, 't' || d.topic, a.created_at, a.thing_id
    from audience a join visit_discussions d on d.visit_id = a.thing_id
    where a.thing_kind = 'visit'
    order by 1, 2, 3, 4;

insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, 'm' || substr(v.starts_on, 1, 7), a.created_at, a.thing_id
    from audience a join visits v on v.id = a.thing_id
    where a.thing_kind = 'visit'
    order by 1, 2, 3, 4;

with recursive days (visit_id, first, day, last) as (
    select id, starts_on, starts_on, coalesce(ends_on, starts_on) from visits
    union all
    select visit_id, first, date(day, '+1 day'), last from days where day < last
)
insert into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, case when day = first then 'd' else 'c' end || day, a.created_at, a.thing_id
    from days join audience a on a.thing_id = days.visit_id
    where a.thing_kind = 'visit'
    order by 1, 2, 3, 4;

create temporary table words (visit_id uuid, word text, primary key (visit_id, word)) without rowid;
with recursive split (visit_id, word, rest) as (
    select id, '', replace(folded, char(10), ' ') || ' ' from visits
    union all
    select visit_id, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
    from split where rest <> ''
)
insert or ignore into words select visit_id, word from split where length(word) > 1;

insert or ignore into visit_facets (organisation_id, facet, created_at, visit_id)
    select a.organisation_id, 'w' || substr(w.word, 1, 64), a.created_at, a.thing_id
    from words w join audience a on a.thing_id = w.visit_id
    where a.thing_kind = 'visit'
    order by 1, 2, 3, 4;

with recursive endings (word, ending) as (
    select distinct word, word from words
    union all
    select word, substr(ending, 2) from endings where length(ending) > 2
)
insert or ignore into title_words (ending, word) select substr(ending, 1, 24), substr(word, 1, 64) from endings
    order by 1, 2;
drop table words;
