-- The kind of the service that a request is about: the policy's table of due times may look at it.
alter table requests add column service_kind text not null default '';
update requests r set service_kind = s.kind from services s where s.id = r.service_id;
