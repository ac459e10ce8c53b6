#!/bin/sh
# Installs the platform's packages unless those of this lock are there. Without npm one line says so, exit 1.
cd "$(dirname "$0")" || exit 1
cmp -s package-lock.json node_modules/installed.lock && exit 0
if ! command -v npm >/dev/null; then
    echo "examples/express: there is no npm here, so its platform cannot run; install Node.js 18.18 or newer" >&2
    exit 1
fi
echo "examples/express: npm ci"
npm ci --silent && cp package-lock.json node_modules/installed.lock
