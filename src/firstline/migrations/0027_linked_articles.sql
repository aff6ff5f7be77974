-- Answers that link articles: few, and asked for by which of them were linked together.
create index entries_articles on entries (matter desc) where data ? 'articles';
