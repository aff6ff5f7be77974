-- A host stands as the network knows it (punycode), and beside it as people read it, so that a part
-- of either finds it. Null: a row of before, which the worker brings to that spelling.
alter table services add column host_read text;
