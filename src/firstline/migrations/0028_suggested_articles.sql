-- Articles that were named to a client who wrote or searched: one row a draft and article, none of their
-- words. What came of it is read from requests. A row goes with the age at which drafts go.
create table suggested_articles (
  person_id uuid not null references people,
  draft text not null,                      -- the key that the draft is sent with, or the day of a search
  article_id uuid not null references articles,
  kind text not null check (kind in ('coach', 'search')),
  topic text not null,                      -- that of the words, empty for a search
  at timestamptz not null,
  opened_at timestamptz,
  primary key (person_id, draft, article_id)
);
create index suggested_articles_at on suggested_articles (at);
