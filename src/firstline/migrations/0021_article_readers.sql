-- Who opened an article that an answer led them to: once a person and request, and nothing more.
create table article_readers (
  request_no bigint not null references requests,
  slug text not null,                       -- as the answer links it
  person_id uuid not null references people,
  at timestamptz not null,
  primary key (request_no, slug, person_id)
);
-- An answer may lead to several articles, each of which is judged.
alter table evidence drop constraint evidence_pkey, add primary key (request_no, measure, no, part);
