#!/usr/bin/env bash
# The main job, end to end, on this machine: a registry on its defaults, real packages from Debian pushed over HTTP, and
# a stranger who gets one of them, boots it and sees it answer. Every step is checked; the first that fails ends it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
demo=$here/deploy/demo
work=${DEMO_DIR:-$here/target/demo}
port=${DEMO_PORT:-8080}
leave_running=true
check_only=false

for argument in "$@"; do
  case "$argument" in
  --exit) leave_running=false ;;
  --check) check_only=true ;; # whether the machine has what the demo needs, before anything is built
  *)
    echo "usage: ./unipkg demo [--exit]" >&2
    exit 2
    ;;
  esac
done

. "$here/.mvn/debian-needs.sh"

# ---- telling ---------------------------------------------------------------------------------------------------------

bold() { if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
now() { date +%s%3N; }
fail() {
  printf '\ndemo: %s\n' "$1" >&2
  [ -z "${2-}" ] || [ ! -s "$2" ] || { printf -- '--- the end of %s\n' "$2" >&2; tail -n 25 "$2" >&2; }
  exit 1
}

times=()
exec 3>&1 # the demo's own lines, also where a command's output is not shown
# timed LABEL COMMAND…: runs it, shows what it was, and remembers how long it took. What it runs gets no help from
# `set -e`, which bash switches off left of `||`: a function of several steps ends each with `|| return`.
timed() {
  local label=$1 start
  shift
  start=$(now)
  "$@" || fail "$label: exit code $?"
  took "$label" $(($(now) - start))
}
took() {
  times+=("$(printf '%-52s %7d ms' "$1" "$2")")
  printf '  %-52s %7d ms\n' "$1" "$2" >&3
}

registry_pid= guest_pid=
cleanup() {
  [ -z "$guest_pid" ] || kill -- "-$guest_pid" 2>/dev/null || true
  [ -z "$registry_pid" ] || kill "$registry_pid" 2>/dev/null || true
  wait 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 130' INT TERM

publisher() { UNIPKG_HOME=$work/publisher PKG_REGISTRY=$url "$here/cli-client/target/pkg/bin/pkg" "$@"; }
# A job in the background of a script ignores Ctrl-C, and so would all that it starts.
stranger() { UNIPKG_HOME=$work/stranger PKG_REGISTRY=$url env --default-signal=INT "$here/cli-client/target/pkg/bin/pkg" "$@"; }

free_port() {
  local candidate=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do candidate=$((candidate + 1)); done
  echo "$candidate"
}

# ---- what Debian has to give -----------------------------------------------------------------------------------------

case "$(dpkg --print-architecture 2>/dev/null)" in
amd64) qemu=qemu-system-x86 ;;
arm64) qemu=qemu-system-arm ;;
*)
  echo "demo: it makes its packages from Debian's, so it needs Debian on amd64 or arm64" >&2
  exit 1
  ;;
esac
unipkg_needs "the demo uses" --lists redis-server "$qemu" curl || exit 1
! $check_only || exit 0

quietly() { "$@" >"$work/apt.log" 2>&1 || fail "$1 did not succeed" "$work/apt.log"; }

. "$demo/debian.sh"

# ---- the demo --------------------------------------------------------------------------------------------------------

mkdir -p "$work"
exec 9>>"$work/lock"
if ! flock -n 9; then
  fail "another demo (process $(cat "$work/lock")) uses $work; next step: end it, or set DEMO_DIR to another folder"
fi
echo "$$" >"$work/lock"
rm -rf "$work/data" "$work/publisher" "$work/stranger" "$work/debian/root"

bold "1. A registry on its defaults: its own PostgreSQL, blobs in a folder"
port=$(free_port "$port")
url=http://127.0.0.1:$port
defaults=()
for name in $(compgen -e UNIPKG_) $(compgen -e QUARKUS_); do defaults+=(-u "$name"); done
: >"$work/registry.log"
chmod 600 "$work/registry.log" # it shows the administrator's key
start=$(now)
env ${defaults[@]+"${defaults[@]}"} "$here/registry-server/bin/registry" --port "$port" --data "$work/data" >"$work/registry.log" 2>&1 &
registry_pid=$!
until curl -fs -o /dev/null "$url/health/ready"; do
  kill -0 "$registry_pid" 2>/dev/null || fail "the registry did not start" "$work/registry.log"
  [ $(($(now) - start)) -lt 120000 ] || fail "the registry was not ready within 120 s" "$work/registry.log"
  sleep 0.05
done
took "registry: first start to ready (makes its database)" $(($(now) - start))
key=$(grep -o -m 1 'upk_[A-Za-z0-9_]*' "$work/registry.log" || true)
[ -n "$key" ] || fail "the registry showed no administrator key" "$work/registry.log"

bold "2. A publisher makes packages from Debian's nginx, redis-server and Python, and pushes them"
timed "download and unpack Debian's packages" download_packages
timed "compile Python's library" compile_python
publisher login --key-stdin <<<"$key" >/dev/null || fail "pkg login: exit code $?"
for package in nginx redis python; do
  timed "pkg build $package" publisher build "$demo/$package" --root "$work/debian/root" >/dev/null
  version=$(version_of "$demo/$package")
  timed "pkg push $package:$version" publisher push "$package:$version" >/dev/null
done
timed "pkg kernel push linux --from-debian" publisher kernel push linux --from-debian >/dev/null
if [ -n "${UNIPKG_NANOS_RELEASE-}" ]; then
  timed "pkg kernel push nanos" publisher kernel push nanos "$UNIPKG_NANOS_RELEASE" >/dev/null
fi

bold "3. A stranger with an empty shelf"
stranger search nginx
timed "pkg get nginx" stranger get nginx >/dev/null

# boots KERNEL PACKAGE GUEST_PORT ASK…: runs the package, waits until ASK succeeds, stops it, tells its exit code.
# $note is added to what took how long, $options to the command, and the line that matches $tell is awaited and told:
# a client can have its answer before pkg has had its own.
boots() {
  local kernel=$1 package=$2 guest_port=$3 host_port start
  shift 3
  host_port=$(free_port $((port + 1)))
  local console=$work/$package-$kernel.console talk=$work/$package-$kernel.talk
  start=$(now)
  set -m # a process group of its own, so that it can get a Ctrl-C as a terminal sends it
  stranger run "$package" --kernel "$kernel" ${options:-} -p "$host_port:$guest_port" >"$console" 2>"$talk" &
  guest_pid=$!
  set +m
  until answer=$("$@" "$host_port" 2>/dev/null) && [ -n "$answer" ]; do
    kill -0 "$guest_pid" 2>/dev/null || { cat "$talk" >&2; fail "$package on $kernel ended before it answered" "$console"; }
    [ $(($(now) - start)) -lt 90000 ] || { cat "$talk" >&2; fail "$package on $kernel did not answer within 90 s" "$console"; }
    sleep 0.02
  done
  took "pkg run $package on $kernel${note:-}, to its answer" $(($(now) - start))
  printf '      it said: %s\n' "$answer"
  until [ -z "${tell:-}" ] || grep -q "$tell" "$talk"; do
    kill -0 "$guest_pid" 2>/dev/null || { cat "$talk" >&2; fail "$package on $kernel ended before pkg said that it is resumed" "$console"; }
    [ $(($(now) - start)) -lt 90000 ] || { cat "$talk" >&2; fail "pkg did not say within 90 s that $package on $kernel is resumed" "$console"; }
    sleep 0.02
  done
  kill -INT -- "-$guest_pid"
  local status=0 stopping
  stopping=$(now)
  while kill -0 "$guest_pid" 2>/dev/null; do
    [ $(($(now) - stopping)) -lt 30000 ] || { cat "$talk" >&2; fail "$package on $kernel did not stop within 30 s" "$console"; }
    sleep 0.02
  done
  wait "$guest_pid" || status=$?
  guest_pid=
  [ -z "${tell:-}" ] || sed -n "s/^.*\($tell\)/      pkg said: \1/p" "$talk"
  printf '      stopped by Ctrl-C, exit code %d\n' "$status"
}
ask_http() { curl -fs --max-time 1 "http://127.0.0.1:$1/" | sed -n 's:.*<title>\(.*\)</title>.*:\1:p' | head -n 1; }
ask_redis() {
  exec 4<>"/dev/tcp/127.0.0.1/$1"
  printf 'PING\r\n' >&4
  local line
  read -r -t 1 line <&4
  exec 4>&-
  [ "${line%$'\r'}" = +PONG ] && echo "${line%$'\r'}"
}

step=4
for kernel in linux ${UNIPKG_NANOS_RELEASE:+nanos}; do
  bold "$step. The stranger boots on $kernel"
  step=$((step + 1))
  timed "pkg kernel get $kernel" stranger kernel get "$kernel" >/dev/null
  boots "$kernel" nginx 80 ask_http
  timed "pkg image build nginx --warm, for $kernel" stranger image build nginx --kernel "$kernel" --warm >/dev/null
  # Whether a guest resumes without the option is for its package and its kernel to say: nginx says that it is safe, and
  # Linux sets its clock and its random numbers; Nanos does not.
  note=" again" options=--no-resume boots "$kernel" nginx 80 ask_http
  [ "$kernel" = linux ] && option= || option=--resume
  note=", resumed" options=$option tell="resumed, .*\|its kernel keeps .*" boots "$kernel" nginx 80 ask_http
  boots "$kernel" redis 6379 ask_redis
  boots "$kernel" python 8000 ask_http
done

bold "How long each step took"
printf '  %s\n' "${times[@]}"

if $leave_running; then
  bold "The registry stays up at $url until Ctrl-C. Look at:"
  echo "  $url/api/v1/packages"
  echo "  $url/api/v1/packages/library/nginx"
  echo "  $url/openapi"
  echo "  or, from another terminal: PKG_REGISTRY=$url ./unipkg pkg run nginx -p $(free_port $((port + 1))):80"
  wait "$registry_pid"
else
  bold "All of it worked."
fi
