-- What the search of the wiki knows: a row a text that is read. `revision` is that of which these
-- are the words, `form` how they were taken from it: where either is an older one, it is read again.
create table article_words (
  article_id uuid not null,
  language text not null,
  revision integer not null,
  form integer not null,
  title tsvector not null,
  summary tsvector not null,
  words tsvector not null,                  -- of title, summary and body
  primary key (article_id, language),
  foreign key (article_id, language) references article_texts on delete cascade
) with (toast_tuple_target = 128);
-- Out of the row: matching reads the index alone, so the rows stay small and quick to walk.
alter table article_words alter column words set storage external;
create index article_words_title on article_words using gin (title) with (fastupdate = off);
create index article_words_words on article_words using gin (words) with (fastupdate = off);
-- How many texts have a word: rare ones tell more, and what nobody has written may be a slip.
-- The word '' stands for every text.
create table article_vocabulary (
  lexeme text collate "C" not null,
  language text not null,
  articles integer not null,
  primary key (lexeme, language)
);
-- Words that mean the same to whoever searches the wiki, as editors keep them.
create table article_synonyms (
  id uuid primary key,
  words text[] not null
);
-- What was looked for in the wiki and not found, in folded words without secrets and addresses.
create table wiki_unfound (
  words text not null,
  language text not null,
  times integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (words, language)
);
create index wiki_unfound_last on wiki_unfound (last_at);
