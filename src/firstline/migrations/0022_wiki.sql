-- The wiki: articles, what they say in each language, who wrote it when. What was published never
-- changes: another edition of it is a further revision.
create table articles (
  id uuid primary key,
  slug text not null unique,
  section text not null,
  topics text[] not null default '{}',
  audience text not null default 'public' check (audience in ('public', 'clients', 'staff')),
  original text not null,                   -- the language from which the others are translated
  owner_id uuid references people,
  read_again date,                          -- the day by which the owner looks at it again
  archived_at timestamptz,
  created_at timestamptz not null
);
-- Addresses that an article had before: they go on leading to it.
create table article_addresses (
  slug text primary key,
  article_id uuid not null references articles
);
create index article_addresses_article on article_addresses (article_id);
-- Articles that editors put below another one, in their order.
create table article_pins (
  article_id uuid not null references articles,
  other_id uuid not null references articles,
  place integer not null,
  primary key (article_id, other_id),
  check (article_id <> other_id)
);
create table article_revisions (
  article_id uuid not null references articles,
  language text not null,
  revision integer not null check (revision > 0),
  title text not null,
  summary text not null,
  body text not null,
  based_on integer not null default 0,      -- revision of the original that stood when it was written
  shipped boolean not null default false,   -- word for word from the package: a newer one may follow
  by_id uuid references people,             -- who published it; null: the console, or shipped
  writer_id uuid references people,         -- whose draft it was, where another published it
  at timestamptz not null,
  primary key (article_id, language, revision)
);
-- Which revision is read. A translation is outdated when the original has a later revision than the
-- one against which it was looked at last: when it was written, or by an editor's word since then.
create table article_texts (
  article_id uuid not null references articles,
  language text not null,
  revision integer not null,
  checked integer not null default 0,
  primary key (article_id, language),
  foreign key (article_id, language, revision) references article_revisions
);
-- What a person is writing; `seen` is the revision that they began from, 0 where there was none,
-- `review_at` when they sent it to the editors, `reply` what an editor said when giving it back.
create table article_drafts (
  article_id uuid not null references articles,
  language text not null,
  person_id uuid not null references people,
  title text not null,
  summary text not null,
  body text not null,
  seen integer not null,
  updated_at timestamptz not null,
  review_at timestamptz,
  reply text not null default '',
  primary key (article_id, language, person_id)
);
create index article_drafts_person on article_drafts (person_id);
create index article_drafts_review on article_drafts (review_at) where review_at is not null;
-- The edition that is published by itself when its time comes; one a language.
create table article_plans (
  article_id uuid not null references articles,
  language text not null,
  title text not null,
  summary text not null,
  body text not null,
  seen integer not null,
  by_id uuid not null references people,
  writer_id uuid references people,
  publish_at timestamptz not null,
  refused text not null default '',         -- why it was not published when its time came
  primary key (article_id, language)
);
create index article_plans_due on article_plans (publish_at) where refused = '';
-- Pictures of articles, of whom may read the article; `id` stands in its text, `file_id` is the key
-- of the file here.
create table article_images (
  id uuid primary key,
  article_id uuid not null references articles,
  file_id uuid not null unique,
  name text not null,
  media_type text not null,
  size bigint not null,
  width integer not null,
  height integer not null,
  sha256 bytea not null,
  by_id uuid references people,
  at timestamptz not null
);
create index article_images_article on article_images (article_id);
-- Whether it helped. `voter` is a person's id, or a digest of a browser's signed word.
create table article_votes (
  article_id uuid not null,
  language text not null,
  revision integer not null,
  voter text not null,
  helpful boolean not null,
  missing text not null default '',
  at timestamptz not null,
  primary key (article_id, voter, language, revision),
  foreign key (article_id, language, revision) references article_revisions
);
-- `stamp` is another one after every change of what is read, so that whoever remembers something
-- knows when to look again; `shipped` are digests of the packages whose articles were taken in.
create table wiki_state (
  one boolean primary key default true check (one),
  stamp uuid not null,
  shipped text[] not null default '{}'
);
insert into wiki_state (stamp) values (gen_random_uuid());
