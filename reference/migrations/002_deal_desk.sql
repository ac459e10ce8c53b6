create table sectors (
    id   bigint generated always as identity primary key,
    name text not null unique
);

create table deals (
    id         bigint generated always as identity primary key,
    name       text           not null,
    stage      text           not null
               check (stage in ('sourcing', 'diligence', 'negotiation', 'closing', 'closed')),
    amount     numeric(16, 2) not null check (amount >= 0),
    currency   char(3)        not null default 'EUR',
    created_at timestamptz    not null default now(),
    updated_at timestamptz    not null default now()
);

create index deals_stage_idx on deals (stage);

create table deal_sectors (
    deal_id   bigint        not null references deals on delete cascade,
    sector_id bigint        not null references sectors,
    share     numeric(5, 4) not null check (share > 0 and share <= 1),  -- fraction of the deal
    primary key (deal_id, sector_id)
);

create index deal_sectors_sector_idx on deal_sectors (sector_id);

create table closing_schedules (
    id       bigint generated always as identity primary key,
    deal_id  bigint         not null references deals on delete cascade,
    title    text           not null,
    amount   numeric(16, 2) not null check (amount >= 0),
    due_date date,          -- null until the parties have agreed on a day
    status   text           not null default 'planned' check (status in ('planned', 'confirmed', 'done'))
);

create index closing_schedules_deal_idx on closing_schedules (deal_id);
create index closing_schedules_due_idx on closing_schedules (due_date);
