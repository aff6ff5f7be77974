-- What an editor decided about something that was asked or answered again and again without an
-- article. It is known by one of the entries that show it; none of their words stand here.
create table writing_tasks (
  request_no bigint not null references requests,
  entry_no integer not null,                -- 1: a question; else an answer
  state text not null check (state in ('taken', 'dismissed')),
  person_id uuid not null references people,
  reason text not null default '',
  at timestamptz not null,
  primary key (request_no, entry_no)
);
-- From which request an article was drafted, so that words that are erased there go from drafts.
create table article_sources (
  article_id uuid not null references articles,
  request_no bigint not null references requests,
  person_id uuid not null references people,
  at timestamptz not null,
  primary key (article_id, request_no)
);
create index article_sources_request on article_sources (request_no);
create index article_votes_at on article_votes (at);
