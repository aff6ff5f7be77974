-- The number of the staff's latest words that left the turn with them; 0 when there are none.
alter table requests add column still_ours_no integer not null default 0;
