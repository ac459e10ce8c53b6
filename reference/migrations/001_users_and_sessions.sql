-- Who may log in. Staff log in by username, portal accounts (creator, investor, production) by e-mail.
create table users (
    id            bigint generated always as identity primary key,
    username      text unique,
    email         text,
    name          text        not null,
    role          text        not null check (role in ('admin', 'creator', 'investor', 'production')),
    password_hash text        not null,
    disabled      boolean     not null default false,
    created_at    timestamptz not null default now(),
    constraint users_have_a_login_name check (username is not null or email is not null)
);

create unique index users_email_key on users (lower(email));

-- The shape of connect-pg-simple, so that its readers and its clean-up job work unchanged. expire is UTC.
create table session (
    sid    varchar      not null primary key,
    sess   json         not null,
    expire timestamp(6) not null
);

create index "IDX_session_expire" on session (expire);
