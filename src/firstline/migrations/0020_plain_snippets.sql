-- The first snippets in plain words, with the present name of the button for passwords.
-- Whatever a desk has changed since, be it the title alone, stays as it wrote it.
update snippets set title = plain.title, body = plain.body from (values
  ('greeting', 'en', 'Greeting', 'Greeting',
    'Good day, {name}! I am {operator}, I look at your request {no} now.',
    'Hello {name}, my name is {operator} and I am looking at your request {no} now.'),
  ('looking', 'en', 'Still looking', 'Still looking',
    'I am looking at {service} now and write to you as soon as I know more.',
    'I am looking at {service} now and will write to you as soon as I know more.'),
  ('which-page', 'en', 'Ask for the address and the error', 'Ask for the address and the error',
    'Please send the full address of the page and the exact words of the error, with the time at which you saw it. A screenshot of the whole window helps.',
    'Please send the full address of the page, the exact text of the error and the time when you saw it. A screenshot of the whole window helps.'),
  ('what-changed', 'en', 'Ask since when and what changed', 'Ask when it started and what changed',
    'Since when does it happen, and what was changed before: an update, a plugin, a setting, a new device?',
    'When did it start, and what was changed before that: an update, a plugin, a setting, a new device?'),
  ('cache', 'en', 'Try without the cache', 'Try without the cache',
    'Please open the page in a private window or reload it with Ctrl+F5: your browser may still show the old copy. Does it work there?',
    'Please open the page in a private window or reload it with Ctrl+F5: your browser may still be showing an old copy. Does it work then?'),
  ('dns', 'en', 'Changes of DNS take time', 'DNS changes take time',
    'The record is changed. Other networks may keep the old one for up to 24 hours; nothing more needs to be done.',
    'The record has been changed. Other networks may keep the old one for up to 24 hours; you do not need to do anything else.'),
  ('password', 'en', 'Where a password belongs', 'Where to put a password',
    'Please do not write passwords in messages. Use “Leave a secret” in this request: only the operator sees it, and it is erased when the request is closed.',
    'Please do not write passwords in messages. Use “Send a password securely” in this request: only the operator sees it, and it is erased when the request is closed.'),
  ('password', 'uk', 'Куди вводити пароль', 'Куди вводити пароль',
    'Будь ласка, не пишіть паролів у повідомленнях. Скористайтеся в цьому зверненні полем для паролів: його бачить лише оператор, а після закриття звернення пароль буде стерто.',
    'Будь ласка, не пишіть паролів у повідомленнях. Натисніть у цьому зверненні «Безпечно передати пароль»: його побачить лише оператор, а після закриття звернення пароль буде стерто.'),
  ('password', 'ru', 'Куда вводить пароль', 'Куда вводить пароль',
    'Пожалуйста, не пишите паролей в сообщениях. Воспользуйтесь в этом обращении полем для паролей: его видит только оператор, а после закрытия обращения пароль будет стёрт.',
    'Пожалуйста, не пишите пароли в сообщениях. Нажмите в этом обращении «Безопасно передать пароль»: его увидит только оператор, а после закрытия обращения пароль будет стёрт.'),
  ('passed-on', 'en', 'Passed to the next line', 'Passed to the next line',
    'I pass your request {no} to a colleague of the next line with everything that we know; nothing needs to be told again.',
    'I am passing your request {no} to a colleague on the next line with everything that we know; you do not need to explain anything again.'),
  ('works-again', 'en', 'It works again', 'It works again',
    'It works again: please check. If anything is still wrong, write here, and I look at once.',
    'It is working again: please check. If anything is still wrong, write here and I will look at once.')
) as plain(shortcut, language, old_title, title, old_body, body)
where snippets.shortcut = plain.shortcut and snippets.language = plain.language
  and snippets.title = plain.old_title and snippets.body = plain.old_body;
