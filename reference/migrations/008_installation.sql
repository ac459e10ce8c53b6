-- Which installation of the platform this is: another one, or one that was made anew, has another id.
create table installation (
    one boolean primary key default true check (one),  -- a single row
    id  uuid not null default gen_random_uuid()
);

insert into installation default values;

-- Whoever logs out everywhere ends all their sessions at once.
create index session_user_idx on session ((sess ->> 'userId'));
