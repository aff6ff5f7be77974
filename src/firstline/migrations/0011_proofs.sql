-- With each entry stand salted digests of what clients and staff see of it, and its seal covers them
-- (decision 12). Words that were taken back are erased with their salts.
alter table entries add column salts bytea, add column digests bytea;

-- JSON as the application writes it: no spaces, names in the order of their bytes.
create function pg_temp.plain(j jsonb) returns text language plpgsql as $$
begin
  case jsonb_typeof(j)
    when 'object' then
      return '{' || coalesce((select string_agg(to_json(key)::text || ':' || pg_temp.plain(value), ','
        order by key collate "C") from jsonb_each(j)), '') || '}';
    when 'array' then
      return '[' || coalesce((select string_agg(pg_temp.plain(value), ',' order by n)
        from jsonb_array_elements(j) with ordinality as a(value, n)), '') || ']';
    else return j::text;
  end case;
end $$;
create function pg_temp.seen(e entries) returns jsonb language sql as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(e.data)
  where e.audience = 'all' and case
    when e.kind in ('taken', 'given_back', 'transferred', 'handed_over', 'sent_back', 'linked')
      then key in ('line', 'line_from')
    else key in ('until', 'reason', 'outcome', 'code', 'files', 'article', 'score', 'line',
      'line_from', 'secret', 'of', 'edited', 'redacted', 'field', 'old', 'turn', 'title') end $$;
create function pg_temp.moment(e entries) returns text language sql as
  $$ select (extract(epoch from e.at) * 1000000)::bigint::text $$;
create function pg_temp.open_words(e entries) returns boolean language sql as $$
  select e.audience = 'all'
    and e.kind not in ('taken', 'given_back', 'transferred', 'handed_over', 'sent_back', 'linked') $$;
create function pg_temp.clients(e entries) returns text language sql as $$
  select case when e.audience <> 'all' then 'null' else concat('[', to_json(e.kind), ',',
    to_json(e.by_name), ',', to_json(e.side), ',', to_json(e.channel), ',', pg_temp.moment(e), ',',
    to_json(case when pg_temp.open_words(e) then e.body else '' end), ',',
    pg_temp.plain(pg_temp.seen(e)), ']') end $$;
create function pg_temp.staff(e entries) returns text language sql as $$
  select concat('[', to_json(e.kind), ',', coalesce(to_json(e.by_id)::text, 'null'), ',',
    to_json(e.by_name), ',', to_json(e.side), ',', to_json(e.audience), ',', to_json(e.channel), ',',
    pg_temp.moment(e), ',', to_json(case when pg_temp.open_words(e) then '' else e.body end), ',',
    pg_temp.plain(e.data - array(select jsonb_object_keys(pg_temp.seen(e)))), ']') $$;
create function pg_temp.digests(e entries, salts bytea) returns bytea language sql as $$
  select sha256(substr(salts, 1, 16) || convert_to(pg_temp.clients(e), 'UTF8'))
    || sha256(substr(salts, 17) || convert_to(pg_temp.staff(e), 'UTF8')) $$;
create function pg_temp.seal(matter bigint, no integer, digests bytea) returns bytea language sql as $$
  select sha256('firstline/entry/1\000'::bytea || int8send(matter) || int4send(no) || digests) $$;
create function pg_temp.rest(e entries) returns text language sql as $$
  select encode(sha256('firstline/rest/1\000'::bytea || convert_to(
    '[' || pg_temp.clients(e) || ',' || pg_temp.staff(e) || ']', 'UTF8')), 'hex') $$;
-- The seal as it was taken until now.
create function pg_temp.former(e entries) returns bytea language sql as $$
  select sha256(convert_to(concat('[', to_json(e.kind), ',', coalesce(to_json(e.by_id)::text, 'null'),
    ',', to_json(e.audience), ',', to_json(e.channel), ',', to_json(e.body), ',',
    pg_temp.plain(e.data), ',', trunc(extract(epoch from e.at)::float8 * 1000000)::bigint, ']'),
    'UTF8')) $$;

-- What does not hold its former seal gets none, so that it is still found.
update entries e set salts = p.salts, digests = p.digests,
  sha = case when p.held then pg_temp.seal(e.matter, e.no, p.digests) else '' end
from (
  select e.matter, e.no, s.salts, pg_temp.digests(e, s.salts) as digests,
    e.sha = pg_temp.former(e) as held
  from entries e cross join lateral (
    select uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as salts where e.no > 0) s
  offset 0
) p where (p.matter, p.no) = (e.matter, e.no);

-- Words that were taken back: the entries, their edits, and titles made of their first words.
create temporary table gone on commit drop as
  select e.matter, e.no, r.no as by from entries r join entries e on e.matter = r.matter
    and (e.no = (r.data->>'of')::int or e.kind = 'edited' and e.data->>'of' = r.data->>'of')
  where r.kind = 'redacted' and r.data ? 'of';
create temporary table gone_words on commit drop as
  select e.matter, g.by, e.body from gone g join entries e on (e.matter, e.no) = (g.matter, g.no)
  where e.no = 1 and e.body <> '';
insert into gone select t.matter, t.no, w.by from entries t join gone_words w on w.matter = t.matter
  where t.kind = 'edited' and t.data->>'field' = 'title'
    and (position(rtrim(t.data->>'old', '…') in w.body) > 0 or position(t.body in w.body) > 0);
insert into unread (id, matters, entries)
  select gen_random_uuid(), array_agg(no), array_agg(1) from requests r where exists (
    select from gone_words w where w.matter = r.no and position(rtrim(r.title, '…') in w.body) > 0)
  having count(*) > 0;
update requests r set title = r.topic from gone_words w
  where w.matter = r.no and position(rtrim(r.title, '…') in w.body) > 0;
update entries e set salts = null, body = '', data = (e.data - '{articles,label}'::text[])
    || case when e.data ? 'files' then '{"files": []}' else '{}' end::jsonb
    || case when e.data ? 'old' then '{"old": ""}' else '{}' end::jsonb
  where exists (select from gone g where (g.matter, g.no) = (e.matter, e.no));
update entries r set data = r.data || jsonb_build_object('erased', x.erased)
  from (select g.matter, g.by, jsonb_object_agg(g.no::text, pg_temp.rest(e)) as erased
    from gone g join entries e on (e.matter, e.no) = (g.matter, g.no) group by g.matter, g.by) x
  where (r.matter, r.no) = (x.matter, x.by);
update entries e set digests = pg_temp.digests(e, e.salts)
  where (matter, no) in (select matter, by from gone) and salts is not null;
update entries e set sha = pg_temp.seal(matter, no, digests)
  where (matter, no) in (select matter, by from gone) and sha <> '';
alter table entries alter column digests set not null;
create index entries_erased on entries (matter, no) where salts is null;
