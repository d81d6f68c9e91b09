drop table title_words;
drop table visit_facets;
