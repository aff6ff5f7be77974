-- The log carries every matter, not requests alone. A matter has one key: a request's is its own
-- number, those of all other kinds are below zero, and its row here tells the kind.
create table matters (
  no bigint primary key,
  kind text not null,
  head integer,                             -- number of the newest entry; a request's stands in its own row
  check ((kind = 'request') = (no > 0)),
  check ((kind = 'request') = (head is null))
);
insert into matters (no, kind) select no, 'request' from requests order by no;
-- What changes in people's rights and in settings is one matter, so that no change can be left out
-- without a gap.
insert into matters (no, kind, head) values (-1, 'changes', 0);
alter table requests add foreign key (no) references matters;

alter table entries rename column request_no to matter;
alter table entries drop constraint entries_request_no_fkey, add foreign key (matter) references matters;
alter table due_times rename column request_no to matter;
alter table due_times drop constraint due_times_request_no_fkey, add foreign key (matter) references matters;
alter table attachments rename column request_no to matter;
alter table attachments
  drop constraint attachments_request_no_fkey, add foreign key (matter) references matters;
alter index attachments_request rename to attachments_matter;
alter table unread rename column requests to matters;
alter table search_words rename column request_no to matter;
alter table search_words
  drop constraint search_words_request_no_fkey, add foreign key (matter) references matters;
alter table letters rename column request_no to matter;
alter table letters drop constraint letters_request_no_fkey, add foreign key (matter) references matters;
alter table seen rename column request_no to matter;
alter table seen drop constraint seen_request_no_fkey, add foreign key (matter) references matters;
