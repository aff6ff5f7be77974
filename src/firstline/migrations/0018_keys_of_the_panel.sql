-- A key of the panel has a name, the sites whose pages may show the widget by it (none: any), and
-- when it was last used.
alter table preauth_keys
  add column name text not null default '',
  add column origins text[] not null default '{}',
  add column used_at timestamptz;
