-- Evidence for the clauses of the regulations, read from the log: a row for each time one applied.
-- It can be thrown away at any time and is read again; the log is what counts.
create table evidence (
  request_no bigint not null references requests,
  no integer not null,                      -- the entry that tells of it
  measure text not null,
  line text not null,
  person uuid references people,
  at timestamptz not null,                  -- when it is counted: what has a due time, at that
  verdict text not null check (verdict in ('kept', 'broken', 'open', 'aside')),
  part text not null,
  rule text not null,
  since timestamptz,
  ended_no integer,
  ended_at timestamptz,
  primary key (request_no, measure, no)
);
create index evidence_counted on evidence (measure, at);
-- Up to which entry, and with which meaning of the measures, a request was read.
create table evidence_read (
  request_no bigint primary key references requests,
  head integer not null,
  definition integer not null
);
