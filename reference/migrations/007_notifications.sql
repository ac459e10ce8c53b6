-- What somebody is told: shown to that user alone, until it is read and after.
create table notifications (
    id         bigint generated always as identity primary key,
    user_id    bigint      not null references users on delete cascade,
    kind       text        not null check (kind in ('closing', 'capital-call', 'pitch')),
    title      text        not null,
    body       text        not null default '',
    created_at timestamptz not null default now(),
    read_at    timestamptz  -- null until it is read
);

create index notifications_newest_idx on notifications (user_id, created_at desc, id desc);
create index notifications_unread_idx on notifications (user_id) where read_at is null;
