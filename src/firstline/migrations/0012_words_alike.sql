-- Words are compared without accents and in any script, whole or by their beginning, and requests are
-- found by who wrote in them: every request is read into the index again by the worker, the newest first.
insert into index_again (matter) select no from requests order by no on conflict (matter) do nothing;

-- The words of a name or an address, without accents, each part of an address a word.
-- No plain SQL: what is put into the query's place counts as cheap, and the index would not be used.
create function name_words(name text) returns tsvector language plpgsql immutable parallel safe cost 500 as $$
begin
  return to_tsvector('simple'::regconfig, regexp_replace(
    normalize(lower(translate(name, '@._-+/''’ʼ`', '          ')), nfkd), '[\u0300-\u036f]', '', 'g'));
end $$;
create index people_words on people using gin (name_words(name || ' ' || email));
create index clients_words on clients using gin (name_words(name));
