-- Drafts of articles that were discarded, or made way for other words: their writer brings them back for some days.
create table article_drafts_left (
  article_id uuid not null references articles,
  language text not null,
  person_id uuid not null references people,
  left_at timestamptz not null,
  title text not null,
  summary text not null,
  body text not null,
  seen integer not null,
  primary key (article_id, language, person_id, left_at)
);
create index article_drafts_left_at on article_drafts_left (left_at);
