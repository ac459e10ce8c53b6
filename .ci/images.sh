#!/usr/bin/env bash
# Makes a Postgres and a Redis image from Debian's packages, where the engine lacks them and no registry is reached:
#   eval "$(.ci/images.sh)"    sets PLUMBLINE_POSTGRES_IMAGE and PLUMBLINE_REDIS_IMAGE for the runs that follow
# Needs a Docker engine, mmdebstrap, and root or a user who may make namespaces. Takes about two minutes once.
set -euo pipefail
cd "$(dirname "$0")/images"

suite=bookworm
postgres=plumbline-postgres:15-$suite
redis=plumbline-redis:7-$suite

make_image() { # the image, the package, its entrypoint, its PATH before the usual one, its server
    if docker image inspect "$1" >/dev/null 2>&1; then return; fi
    mmdebstrap --quiet --variant=minbase --include="$2" \
        --customize-hook="copy-in $3 /usr/local/bin" --customize-hook="chroot \"\$1\" chmod 0755 /usr/local/bin/$3" \
        "$suite" - |
        docker import --change "ENTRYPOINT [\"/usr/local/bin/$3\"]" --change "CMD [\"$5\"]" \
            --change "ENV PATH=$4/usr/bin:/bin" --change "ENV LC_ALL=C.UTF-8" - "$1" >/dev/null
    echo "made $1 from Debian's $2" >&2
}

make_image "$postgres" postgresql-15 postgres.sh /usr/lib/postgresql/15/bin: postgres &
first=$!
make_image "$redis" redis-server redis.sh "" redis-server
wait "$first"
echo "export PLUMBLINE_POSTGRES_IMAGE=$postgres PLUMBLINE_REDIS_IMAGE=$redis"
