CREATE TABLE pitches (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title      text NOT NULL UNIQUE,
    author     text NOT NULL,
    status     text NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    featured   boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX pitches_newest_idx ON pitches (created_at DESC);
