-- What search knows: a row a request, the words of its title and of everything said in it.
-- A word that only staff may find stands with "~" before it, so that one index serves both
-- sides and a client's query cannot even name it. "=s" and (request_no >> 12) name the block of
-- requests, so that the newest can be looked through first; "=c" the client, "=b" a writing operator.
create table search_words (
  request_no bigint primary key references requests,
  words tsvector not null
) with (toast_tuple_target = 128);
-- Out of the row: matching reads the index alone, so the rows stay small and quick to walk.
alter table search_words alter column words set storage external;
-- The pending list is searched word by word: kept short.
create index search_words_words on search_words using gin (words)
  with (fastupdate = on, gin_pending_list_limit = 512);
