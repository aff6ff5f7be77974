-- What is told of a version of the regulations: why it was published, what it repeats, who took it
-- back before it took effect. A version is never changed otherwise and never deleted.
alter table policies
  add column note text not null default '',
  add column again_of integer references policies (version),
  add column withdrawn_by uuid references people,  -- null with withdrawn_at set: the console
  add column withdrawn_at timestamptz,
  add column withdrawn_note text not null default '';
alter table policies
  add constraint policies_withdrawn_before check (withdrawn_at is null or withdrawn_at < effective_at);
-- The file that somebody is writing. `seen` is the newest version they knew of when they began, so
-- that they are told when somebody else has published meanwhile.
create table policy_drafts (
  person_id uuid primary key references people,
  body text not null,
  seen integer not null references policies (version),
  updated_at timestamptz not null
);
