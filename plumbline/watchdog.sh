# Reads a pipe that the controller of a run holds. When the controller ends, in whatever way, the pipe ends,
# and this script ends what is left of the run and removes the run's folder. Nothing else is touched:
# a process is the run's when pid and start time are in the run's record, or when the environment that it was
# started with names the run; a container is the run's by its label. "done" on the pipe means: nothing is left, go.
#
#   sh watchdog.sh FOLDER RUN_ID < pipe
trap '' INT TERM HUP QUIT
folder=$1 run=$2
read -r word
[ "$word" = done ] && exit 0

start_of() { # the start time of pid $1 in the form of the record, empty when it is gone
    if [ -r /proc/self/stat ]; then
        { read -r line < "/proc/$1/stat"; } 2>/dev/null || return
        line=${line##*) }
        set -- $line
        [ "$1" = Z ] && return
        echo "${20}"
    else
        ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_' | sed 's/_$//'
    fi
}

end_recorded() {
    while read -r pid start signal name; do
        [ "$start" = "$(start_of "$pid")" ] && kill -s "${1:-$signal}" -- "-$pid" 2>/dev/null
    done < "$folder/processes"
}

end_strays() { # what was never recorded: started while the controller died, or started by others for the run
    for file in $(grep -lsF "PLUMBLINE_RUN=$run" /proc/[0-9]*/environ); do
        pid=${file#/proc/} pid=${pid%/environ}
        [ "$pid" = $$ ] && continue
        case $(tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null) in
        *"postgres --boot"*) ;; # part of initdb: ends with its input, and only then removes its shared memory
        *bin/postgres*) kill -s QUIT "$pid" 2>/dev/null ;;
        *) kill -s KILL "$pid" 2>/dev/null ;;
        esac
        found=yes
    done
}

remove_containers() { # by the run's label; one that was being made while the controller died comes later
    [ -f "$folder/engine" ] || return
    { read -r python && read -r script && read -r address; } < "$folder/engine"
    round=0 quiet=0
    while [ $quiet -lt 3 ] && [ $round -lt 40 ]; do
        left=$("$python" -I -S "$script" "$address" "$run" 2>/dev/null) || return
        [ "$left" = 0 ] && quiet=$((quiet + 1)) || quiet=0
        round=$((round + 1))
        sleep 0.3
    done
}

[ -f "$folder/processes" ] && end_recorded
round=0 quiet=0
while [ $quiet -lt 2 ] && [ $round -lt 40 ]; do
    found=
    [ -r /proc/self/environ ] && end_strays
    [ -z "$found" ] && quiet=$((quiet + 1)) || quiet=0
    round=$((round + 1))
    sleep 0.03
done
[ -f "$folder/processes" ] && end_recorded KILL
remove_containers
case ${folder##*/} in plumbline-*) rm -rf -- "$folder" ;; esac
exit 0
