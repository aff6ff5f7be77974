-- Requests and their one log. Numbers come from a counter row, so that their order is the order of arrival.
create table counters (name text primary key, value bigint not null);
insert into counters values ('request', 1000);

-- One row a line: taking from a line holds this row, so that two takes cannot pass each other.
create table lines (id text primary key);

create table requests (
  no bigint primary key,
  client_id uuid not null references clients,
  opened_by uuid not null references people,
  open_key text,
  service_id uuid references services,
  topic text not null,
  title text not null,
  language text not null,
  plan text not null default '',            -- the client's plan when it arrived
  priority text,
  channel text not null,
  mode text not null check (mode in ('chat', 'ticket')),
  line text not null references lines,
  state text not null check (state in ('waiting', 'with_us', 'with_client', 'with_third_party', 'closed')),
  holder uuid references people,
  held_since timestamptz,
  arrived_at timestamptz not null,
  line_since timestamptz not null,          -- when it came to its present line
  policy_version integer not null,
  generation integer not null default 0,    -- moves with line, holder, open or closed
  head integer not null default 0,          -- number of the newest entry
  answered boolean not null default false,  -- a person of the staff has answered it
  answered_at timestamptz,                  -- the first time
  promise_kind text check (promise_kind in ('answer', 'delay')),
  promise_since timestamptz,
  promise_due_at timestamptz,
  line_due_at timestamptz,
  client_said_no integer not null default 0,
  staff_said_no integer not null default 0,
  client_seen_no integer not null default 0,
  closed_at timestamptz,
  outcome text,
  closed_by uuid references people,
  handed_over integer not null default 0,
  reopened integer not null default 0,
  rating integer check (rating between 1 and 5),
  updated_at timestamptz not null
-- Every word said moves its request: room in the page keeps that from touching the indexes.
) with (fillfactor = 70);
create unique index requests_open_key on requests (opened_by, open_key) where open_key is not null;
create index requests_waiting on requests (line, no) where holder is null and closed_at is null;
create index requests_held on requests (holder) where holder is not null and closed_at is null;
create index requests_client on requests (client_id, no desc);
create index requests_client_open on requests (client_id) where closed_at is null;

create table entries (
  request_no bigint not null references requests,
  no integer not null,
  kind text not null,
  by_id uuid references people,             -- null: the system itself
  by_name text not null,
  side text not null check (side in ('client', 'staff', 'system')),
  audience text not null check (audience in ('all', 'staff')),
  channel text not null,
  body text not null,
  data jsonb not null default '{}',
  key text,
  at timestamptz not null,
  sha bytea not null,                       -- SHA-256 of the entry's content
  primary key (request_no, no)
);
-- An opening's key is a key of its own route: the same one may say something afterwards.
create unique index entries_key on entries (request_no, by_id, key) nulls not distinct
  where key is not null and kind <> 'opened';
create index entries_mended on entries (request_no) where kind in ('edited', 'redacted');
create index entries_departures on entries (at desc) where data ? 'departure';

-- Batches of the log that its readers (the search index) have not read yet: a row a batch.
create table unread (
  id uuid primary key,
  requests bigint[] not null,
  entries integer[] not null
);

-- What a keyed POST answered, so that the same key gets the same answer.
create table answered_keys (
  person_id uuid not null references people,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  body bytea not null,
  at timestamptz not null,
  primary key (person_id, route, key)
);

create table due_times (
  request_no bigint not null references requests,
  kind text not null,                       -- turn: whose turn it is, and what happens when they let it pass
  due_at timestamptz not null,
  generation integer not null default 0,    -- moves with every arming: an older firing is a no-op
  state text not null check (state in ('armed', 'done')),
  stage text not null default '',
  lease_until timestamptz,
  attempts integer not null default 0,
  primary key (request_no, kind)
);
create index due_times_armed on due_times (due_at) where state = 'armed';

create table outbox (
  id uuid primary key,
  kind text not null,
  dedupe_key text unique,
  payload jsonb not null,
  not_before timestamptz not null,
  attempts integer not null default 0,
  lease_until timestamptz,
  last_error text,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dead')),
  created_at timestamptz not null,
  done_at timestamptz
);
create index outbox_waiting on outbox (not_before) where state = 'waiting';

create table skips (
  request_no bigint not null references requests,
  operator_id uuid not null references people,
  at timestamptz not null,
  reason text not null,
  primary key (request_no, operator_id)
);
create table seen (
  request_no bigint not null references requests,
  person_id uuid not null references people,
  no integer not null,
  at timestamptz not null,
  primary key (request_no, person_id)
);
create table drafts (
  person_id uuid not null references people,
  place text not null,                      -- request/1042, request/1042/note, new …
  body text not null,
  updated_at timestamptz not null,
  primary key (person_id, place)
);
create table attachments (
  id uuid primary key,
  request_no bigint references requests,    -- null: uploaded, not said yet
  entry_no integer,
  by_id uuid not null references people,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha bytea not null,
  inline boolean not null default false,    -- a raster image that we encoded anew
  audience text not null default 'all',
  created_at timestamptz not null
);
create index attachments_request on attachments (request_no);
create table secrets (
  id uuid primary key,
  request_no bigint not null references requests,
  entry_no integer not null,
  label text not null,
  sealed bytea,                             -- null: erased
  created_at timestamptz not null,
  erased_at timestamptz
);
create index secrets_request on secrets (request_no);
create table request_links (
  low bigint not null references requests,
  high bigint not null references requests check (low < high),
  at timestamptz not null,
  primary key (low, high)
);
create index request_links_high on request_links (high);
create table mentions (
  request_no bigint not null references requests,
  entry_no integer not null,
  person_id uuid not null references people,
  at timestamptz not null,
  done_at timestamptz,
  primary key (request_no, entry_no, person_id)
);
create table snippets (
  id uuid primary key,
  shortcut text not null,
  language text not null,
  title text not null,
  body text not null,
  line text,
  unique (shortcut, language)
);
create table policies (
  version integer primary key,
  body text not null,
  effective_at timestamptz not null,
  published_by uuid references people,
  published_at timestamptz not null
);
create table settings (name text primary key, value jsonb not null);
