#!/bin/sh
# The part of the official image's interface that a run uses: POSTGRES_USER, _PASSWORD, _DB, _INITDB_ARGS, PGDATA;
# arguments are the server's.
set -eu
[ "${1#-}" = "$1" ] || set -- postgres "$@"
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

PGDATA=${PGDATA:-/var/lib/postgresql/data}
export PGDATA
install -d -o postgres -g postgres -m 0700 "$PGDATA"
install -d -o postgres -g postgres -m 2775 /run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres} secret=$(mktemp)
    printf '%s\n' "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}" > "$secret"
    chown postgres "$secret"
    # shellcheck disable=SC2086 # several arguments in one variable, as in the official image
    as_postgres initdb --username="$user" --pwfile="$secret" ${POSTGRES_INITDB_ARGS:-} >/dev/null
    rm "$secret"
    printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
    if [ "${POSTGRES_DB:-$user}" != postgres ]; then
        echo "CREATE DATABASE \"${POSTGRES_DB:-$user}\";" | as_postgres postgres --single -j postgres >/dev/null
    fi
fi
unset POSTGRES_PASSWORD
exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
