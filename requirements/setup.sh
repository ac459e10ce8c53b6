#!/bin/sh
# Finds a Python that will do and lets it set up what is missing: sh requirements/setup.sh [--say] GROUP…
set -u
cd "$(dirname "$0")/.." || exit 1

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
if [ -x .venv/bin/python ] && .venv/bin/python -I -S -c "$new_enough" 2>/dev/null; then
    exec .venv/bin/python -I -S requirements/install.py "$@"
fi

old='' bare=''
for python in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3; do
    version=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$python" -I -c "$new_enough"; then
        old="$python is $version"
    elif ! "$python" -I -c 'import ensurepip, venv' 2>/dev/null; then
        bare=${bare:-$version}
    else
        exec "$python" -I requirements/install.py "$@"
    fi
done

if [ -n "$bare" ]; then
    echo "set-up: Python $bare has no venv; install it: apt install python3-venv (or python$bare-venv)" >&2
else
    echo "set-up: Plumbline needs Python 3.11 or newer (${old:-no python3 on PATH}); install one, or name it: make smoke PYTHON=/path/to/python3" >&2
fi
exit 1
