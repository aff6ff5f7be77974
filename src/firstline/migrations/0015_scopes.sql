-- What an API token is good for, and until when; those that stand keep what they could do.
alter table tokens
  add column scopes text[] not null default '{read,write,manage}'
    check (cardinality(scopes) > 0 and scopes <@ '{read,write,manage}'),
  add column expires_at timestamptz; -- null: until it is revoked
alter table tokens alter column scopes drop default;
