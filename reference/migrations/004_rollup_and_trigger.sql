-- What stands in each sector, by share of each deal.
create view view_sector_rollup as
select s.id                                               as sector_id,
       s.name                                             as sector,
       d.currency                                         as currency,
       count(*)                                           as deals,
       sum(round(d.amount * ds.share, 2))                 as amount
from deal_sectors ds
join sectors s on s.id = ds.sector_id
join deals d on d.id = ds.deal_id
group by s.id, s.name, d.currency;

create function touch_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create trigger deals_updated_at before update on deals
for each row execute function touch_updated_at();
