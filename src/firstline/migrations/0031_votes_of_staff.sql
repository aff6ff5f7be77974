-- What the staff says of articles is read by those who write them, and is not what users found.
update article_votes v set voter = 'staff:' || v.voter
  from people p where p.id::text = v.voter and p.side = 'staff';
