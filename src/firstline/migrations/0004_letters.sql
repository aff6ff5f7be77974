-- What has been told by letter: so that a person away gets one letter, not ten, and no words twice.
create table letters (
  request_no bigint not null references requests,
  person_id uuid not null references people,
  upto integer not null default 0,          -- number of the newest entry that a letter carried
  at timestamptz not null,                  -- when the latest letter about answers goes or went
  primary key (request_no, person_id)
);
create index attachments_by on attachments (by_id, created_at);
create index attachments_drafts on attachments (created_at) where entry_no is null;
