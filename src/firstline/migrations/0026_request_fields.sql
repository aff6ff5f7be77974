-- What is known of a request, a value a field: facts that the coach reads in its words, and fields of the
-- policy's own. It can be read again from the log, which has the words and every correction.
create table request_fields (
  request_no bigint not null references requests,
  field text not null,
  value text not null,                      -- empty: somebody has taken it away, and it stays away
  set_by text not null check (set_by in ('coach', 'client', 'operator', 'program')),
  person uuid references people,            -- null: the coach
  at timestamptz not null,
  entry_no integer not null,                -- the entry that tells of it
  source_no integer not null,               -- the entry in whose words it stood first
  primary key (request_no, field)
);
-- Requests whose words the coach has not read to their end.
create table facts_unread (request_no bigint primary key references requests);
insert into facts_unread select no from requests;
-- Whether somebody wants the coach to speak while they write.
alter table people add column coached boolean not null default true;
