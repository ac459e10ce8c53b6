CREATE TABLE accounts (
    id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username      text NOT NULL UNIQUE,
    full_name     text NOT NULL,
    role          text NOT NULL CHECK (role IN ('admin', 'analyst')),
    password_hash text NOT NULL
);

-- As connect-pg-simple wants it, under a name of our own.
CREATE TABLE user_sessions (
    sid    varchar NOT NULL PRIMARY KEY,
    sess   json NOT NULL,
    expire timestamp(6) NOT NULL
);

CREATE INDEX user_sessions_expire_idx ON user_sessions (expire);

CREATE TABLE deals (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name     text NOT NULL UNIQUE,
    stage    text NOT NULL,
    amount   numeric(14, 2) NOT NULL,
    currency char(3) NOT NULL
);

CREATE TABLE closings (
    id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deal_id  integer NOT NULL REFERENCES deals (id),
    title    text NOT NULL,
    amount   numeric(14, 2) NOT NULL,
    due_date date,
    UNIQUE (deal_id, title)
);

CREATE INDEX closings_due_idx ON closings (due_date);
