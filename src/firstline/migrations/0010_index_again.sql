-- Requests that the index must read from their first entry: after a release whose index has another
-- form, or because reading one failed. `reason` says why it failed and stands until somebody asks for
-- the request again; without one the worker reads it when it comes to it.
create table index_again (
  matter bigint primary key references matters,
  reason text,
  at timestamptz
);
-- Evidence of a request whose log could not be judged: why. It is judged again when its log goes on.
alter table evidence_read add column failure text;
