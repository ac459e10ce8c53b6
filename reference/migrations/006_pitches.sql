-- What creators offer. A pitch is listed once it is published; the front page shows those that are featured, too.
create table pitches (
    id         bigint generated always as identity primary key,
    creator_id bigint      not null references users on delete cascade,
    title      text        not null,
    logline    text        not null,
    genre      text        not null
               check (genre in ('action', 'animation', 'comedy', 'documentary', 'drama', 'thriller')),
    status     text        not null default 'draft' check (status in ('draft', 'published', 'archived')),
    featured   boolean     not null default false,
    created_at timestamptz not null default now()
);

create index pitches_creator_idx on pitches (creator_id);
create index pitches_newest_idx on pitches (status, created_at desc, id desc);
