-- Steps by the rules of conduct. Their words are those of the entries; nothing here is ever deleted.
create table conduct_steps (
  id uuid primary key,
  client_id uuid not null references clients,
  request_no bigint not null references requests,
  entry_no integer not null,                -- the entry by which the client was told
  step text not null,                       -- a step of the policy, such as warn
  rule text not null,                       -- a trigger of the policy, such as profanity
  by_id uuid not null references people,
  at timestamptz not null,
  lapses_at timestamptz,                    -- null: it counts until it is taken back
  back_no integer,                          -- the entry that takes it back
  back_by uuid references people,
  back_at timestamptz,
  check ((back_no is null) = (back_at is null)),
  unique (request_no, entry_no)
);
create index conduct_steps_client on conduct_steps (client_id, at);
create index conduct_steps_at on conduct_steps (at);
