-- Who the desk knows: clients, their contacts and services; operators; how each proves who they are.
create table clients (
  id uuid primary key,
  external_id text unique,
  name text not null,
  plan text not null default '',
  language text not null default 'en',
  created_at timestamptz not null
);
-- A person of either side. epoch moves with every change of rights, so that open streams notice.
create table people (
  id uuid primary key,
  side text not null check (side in ('client', 'staff')),
  email text not null unique check (email = lower(email)),
  name text not null,
  language text not null default 'en',
  password_hash text,
  totp_secret bytea,
  totp_step bigint,
  active boolean not null default true,
  epoch integer not null default 0,
  created_at timestamptz not null
);
create table contacts (
  person_id uuid primary key references people,
  client_id uuid not null references clients,
  access text not null check (access in ('owner', 'limited', 'global')),
  external_id text unique
);
create index contacts_client on contacts (client_id);
create table services (
  id uuid primary key,
  client_id uuid not null references clients,
  external_id text,
  name text not null,
  kind text not null default 'hosting',
  server text not null default '',
  host text not null default '',
  active boolean not null default true,
  unique (client_id, external_id)
);
create index services_client on services (client_id);
create table contact_services (
  person_id uuid not null references contacts,
  service_id uuid not null references services,
  primary key (person_id, service_id)
);
create table operators (
  person_id uuid primary key references people,
  roles text[] not null default '{operator}', -- operator, management, keeper
  lines text[] not null default '{}',
  languages text[] not null default '{}',     -- none named: all of them
  chat_limit integer,                         -- null: the policy's
  present boolean not null default false,     -- on shift, by their own word
  seen_at timestamptz                         -- any call of theirs
);
create table sessions (
  hash bytea primary key,
  person_id uuid not null references people,
  kind text not null default 'browser',       -- browser, widget
  agent text not null default '',
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  passed_at timestamptz                       -- second factor given; null while it is still asked
);
create index sessions_person on sessions (person_id);
create table tokens (
  id uuid primary key,
  person_id uuid not null references people,
  hash bytea not null unique,
  name text not null default '',
  created_at timestamptz not null,
  used_at timestamptz
);
create index tokens_person on tokens (person_id);
create table links (
  hash bytea primary key,
  person_id uuid not null references people,
  kind text not null check (kind in ('invitation', 'reset')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create table recovery_codes (
  person_id uuid not null references people,
  hash bytea not null,
  used_at timestamptz,
  primary key (person_id, hash)
);
create table preauth_keys (
  kid text primary key,
  secret text not null,
  created_at timestamptz not null,
  retired_at timestamptz
);
create table preauth_used (
  jti text primary key,
  expires_at timestamptz not null
);
create table rate_counters (
  name text not null,
  window_at timestamptz not null,
  used integer not null,
  primary key (name, window_at)
);
