-- Paid help: what was offered and agreed to, and the time that was spent on it.
create table paid_offers (
  id uuid primary key,
  request_no bigint not null references requests,
  client_id uuid not null references clients,
  entry_no integer not null,                -- the answer that offers it
  purpose text not null,                    -- a word of the policy's price table
  item text not null,
  minutes integer check (minutes > 0),      -- at most so many are charged; null: not charged by time
  rule text not null,
  model text not null,
  amount numeric(14, 2) not null,           -- at most, when it was offered
  currency text not null,
  vat text,
  state text not null default 'open' check (state in ('open', 'agreed', 'declined', 'withdrawn')),
  by_id uuid not null references people,
  at timestamptz not null,
  decided_by uuid references people,
  decided_at timestamptz,
  unique (request_no, entry_no)
);
create index paid_offers_client on paid_offers (client_id, at);
-- A record never changes once it ended: a correction is a further record that names it.
create table paid_times (
  id uuid primary key,
  offer_id uuid not null references paid_offers,
  operator_id uuid not null references people,   -- who worked
  started_at timestamptz not null,
  stopped_at timestamptz,                        -- null: still at it
  corrects uuid unique references paid_times,
  void boolean not null default false,           -- a correction that takes the time away
  entry_no integer,                              -- the note that tells of it
  by_id uuid not null references people,         -- who wrote it down
  at timestamptz not null,
  check (stopped_at > started_at)
);
create index paid_times_offer on paid_times (offer_id);
create unique index paid_times_running on paid_times (operator_id) where stopped_at is null;
