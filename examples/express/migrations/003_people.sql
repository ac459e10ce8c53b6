-- People sign up by e-mail, which is their username; in other capital letters it is the same one.
CREATE UNIQUE INDEX accounts_username_in_any_case_idx ON accounts (lower(username));

ALTER TABLE accounts ADD disabled boolean NOT NULL DEFAULT false;
