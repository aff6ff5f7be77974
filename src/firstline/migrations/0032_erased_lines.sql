-- Lines of published editions that were made of text which was erased in a request since: by their
-- numbers from 0, so that the text stands nowhere once more. A row goes when an editor takes them out.
create table article_erasures (
  article_id uuid not null,
  language text not null,
  revision integer not null,
  request_no bigint not null references requests,
  title boolean not null,                   -- whether the title was made of it; so the summary
  summary boolean not null,
  lines integer[] not null,                 -- of the body
  at timestamptz not null,
  primary key (article_id, language, revision, request_no),
  foreign key (article_id, language, revision) references article_revisions
);
