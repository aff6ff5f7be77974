-- The key under which a draft will be sent: what was sent with it is a draft no longer, however late
-- its last autosave arrives, and the same draft in two windows is sent once.
alter table drafts add column key text not null default '';
