create table funds (
    id       bigint generated always as identity primary key,
    name     text           not null unique,
    size     numeric(16, 2) not null check (size >= 0),
    called   numeric(16, 2) not null default 0 check (called >= 0),
    currency char(3)        not null default 'EUR',
    vintage  integer        not null check (vintage between 1900 and 2200),
    constraint funds_called_within_size check (called <= size)
);

create table capital_calls (
    id       bigint generated always as identity primary key,
    fund_id  bigint         not null references funds on delete cascade,
    title    text           not null,
    amount   numeric(16, 2) not null check (amount >= 0),
    due_date date           not null,
    status   text           not null default 'draft' check (status in ('draft', 'sent', 'paid'))
);

create index capital_calls_fund_idx on capital_calls (fund_id);
create index capital_calls_due_idx on capital_calls (due_date);
