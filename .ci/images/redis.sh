#!/bin/sh
# As the official image: arguments are the server's, which runs as the user redis.
set -eu
[ "${1#-}" = "$1" ] || set -- redis-server "$@"
cd /tmp
exec setpriv --reuid=redis --regid=redis --init-groups "$@"
