alter table users
    add column stripe_customer_id     text,
    add column stripe_subscription_id text,
    add column subscription_status    text,
    add column current_period_end     timestamptz;

create unique index users_stripe_customer_key on users (stripe_customer_id);
