# Sourced by .ci/run: a container engine and both images, for as long as the script lives.

engine=""   # the pid of an engine that we started

end_engine() {
    if [ -z "$engine" ]; then return; fi
    as_root kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    engine=""
}

have_engine() { # started where there is none and this may be done; `why` says why not
    if docker info >/dev/null 2>&1; then return 0; fi
    if [ "$(uname -s)" != Linux ] || ! as_root true 2>/dev/null; then
        why="no engine answers, and only root can start one"
        return 1
    fi
    if ! command -v dockerd >/dev/null && ! { command -v apt-get >/dev/null && apt_install docker.io iptables; }; then
        why="there is no dockerd, and no package of it"
        return 1
    fi
    # exec: the pid is to be the engine's own (or sudo's, which hands a signal on), not a shell's around it
    { if [ "$(id -u)" -eq 0 ]; then exec dockerd; else exec sudo -n dockerd; fi; } >"$engine_log" 2>&1 &
    engine=$!
    trap end_engine EXIT
    for _ in $(seq 60); do
        if docker info >/dev/null 2>&1; then return 0; fi
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.5
    done
    why="dockerd does not start here: $(grep -v level=info "$engine_log" | tail -n 1)"
    return 1
}

have_images() { # the official ones where they are, or can be fetched; else made from Debian's packages
    local postgres=${PLUMBLINE_POSTGRES_IMAGE:-postgres:18} redis=${PLUMBLINE_REDIS_IMAGE:-redis:8}
    if docker image inspect "$postgres" "$redis" >/dev/null 2>&1; then return 0; fi
    if { docker pull -q "$postgres" && docker pull -q "$redis"; } >/dev/null 2>&1; then return 0; fi
    if ! command -v mmdebstrap >/dev/null && ! { command -v apt-get >/dev/null && apt_install mmdebstrap; }; then
        why="$postgres and $redis cannot be fetched, and there is no mmdebstrap to make them"
        return 1
    fi
    local made
    if ! made=$(.ci/images.sh); then
        why="$postgres and $redis cannot be fetched, nor images made from Debian's packages"
        return 1
    fi
    eval "$made"
}
