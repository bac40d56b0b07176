# What the benchmarks share: a place to work in, us and the peers as servers, turns and medians.
# Sourced by bench/run, which sets $house and $bench.

rounds=${BENCH_ROUNDS:-3}
seconds=${BENCH_SECONDS:-5}
# The disk matters for pushes: a place on the same file system for everybody, and not in memory.
work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/unipkg-bench.XXXXXX")
servers=()

# Keeps Debian from starting the services of what is installed here.
export RUNLEVEL=1

# load CLASS ARGUMENT…: a program of this module
load() {
  "$JAVA_HOME/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED -Dbench.folder="$work" -cp "$house/bench/target/classes:$house/bench/target/lib/*" \
    "dev.unipkg.bench.$1" "${@:2}"
}

# row WHAT PEER OURS THEIRS UNIT GOAL
row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@"
}

# median: of the numbers on standard input, one a line; nothing where there are none, which is no row then
median() {
  sort -g | awk '{ n[NR] = $1 } END { if (NR) print NR % 2 ? n[(NR + 1) / 2] : (n[NR / 2] + n[NR / 2 + 1]) / 2 }'
}

# in_turns OURS THEIRS: runs two commands alternately, each printing one number; sets $ours and $theirs to the medians
in_turns() {
  local round
  : >"$work/ours"
  : >"$work/theirs"
  for ((round = 0; round < rounds; round++)); do
    $1 >>"$work/ours"
    $2 >>"$work/theirs"
  done
  ours=$(median <"$work/ours")
  theirs=$(median <"$work/theirs")
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# await_answer URL: until anything is answered there
await_answer() {
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    ! curl -s -o /dev/null "$1" || return 0
    sleep 0.1
  done
  echo "bench: nothing answers at $1" >&2
  return 1
}

# start_registry [FOLDER]: sets $registry, and on the first start there $authorization
start_registry() {
  local folder=${1:-$work/registry} tries key
  local log=$folder.log
  : >"$log"
  "$house/registry-server/bin/registry" --port "$(free_port)" --data "$folder" >"$log" 2>&1 &
  servers+=($!)
  for ((tries = 0; tries < 900; tries++)); do
    registry=$(sed -n 's/.*[Ll]istening on:\{0,1\} \(http:[^ ]*\).*/\1/p' "$log" | sed 's/0\.0\.0\.0/127.0.0.1/' | head -n 1)
    [ -z "$registry" ] || break
    sleep 0.1
  done
  if [ -z "$registry" ]; then
    echo "bench: our registry does not start:" >&2
    cat "$log" >&2
    return 1
  fi
  key=$(sed -n 's/.*\(upk_[A-Za-z0-9_]*\).*/\1/p' "$log" | head -n 1)
  [ -z "$key" ] || authorization="Bearer $key"
}

# Sets $pkg, the client.
find_pkg() {
  pkg=$house/cli-client/target/pkg/bin/pkg
  [ -x "$pkg" ] || (cd "$house" && ./mvnw -q -Dquick -DskipTests -pl cli-client -am package >&2)
}

# Sets $distribution. The driver that keeps blobs in a folder, with its cache of descriptors.
start_distribution() {
  unipkg_needs "is the peer for pushes and GETs" docker-registry
  distribution=http://$(distribution_settings)
  docker-registry serve "$work/distribution.yml" >"$work/distribution.log" 2>&1 &
  servers+=($!)
  await_answer "$distribution/v2/"
}

# distribution_settings: writes them, and prints the host and port that they name
distribution_settings() {
  local port
  port=$(free_port)
  cat >"$work/distribution.yml" <<CONFIG
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $work/distribution}
  cache: {blobdescriptor: inmemory}
http: {addr: "127.0.0.1:$port", secret: bench}
CONFIG
  echo "127.0.0.1:$port"
}

# start_nginx FOLDER: sets $nginx
start_nginx() {
  local port
  unipkg_needs "is the peer for GETs" nginx-light
  port=$(free_port)
  nginx=http://127.0.0.1:$port
  cat >"$work/nginx.conf" <<CONFIG
user root;
worker_processes auto;
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  default_type application/octet-stream;
  server { listen 127.0.0.1:$port; root $1; }
}
CONFIG
  nginx -c "$work/nginx.conf" -e "$work/nginx.log" >/dev/null 2>&1 &
  servers+=($!)
  await_answer "$nginx/"
}

# in_database: gives the SQL on its standard input to the registry's embedded database
in_database() {
  local postgres=$work/registry/postgres
  unipkg_needs "gives SQL to the database" postgresql-client
  PGPASSWORD=$(cat "$postgres/password") psql -qX -h 127.0.0.1 -p "$(sed -n 4p "$postgres/cluster/postmaster.pid")" \
    -U unipkg -v ON_ERROR_STOP=1 postgres >/dev/null
}

# Stops the servers, and keeps what they have.
pause_servers() {
  local server
  for server in "${servers[@]}"; do
    kill "$server" 2>/dev/null || true
  done
  for server in "${servers[@]}"; do
    wait "$server" 2>/dev/null || true
  done
  servers=()
}

stop_servers() {
  pause_servers
  rm -rf "$work/registry" "$work/uncounting" "$work/distribution"
}

stop_all() {
  stop_servers
  rm -rf "$work"
}

# wrk_requests URL [OPTION…]: requests a second that one machine's clients get there, over 4 connections
wrk_requests() {
  wrk -t1 -c4 -d"${seconds}s" -H "Accept: application/vnd.oci.image.manifest.v1+json, */*" "${@:2}" "$1" >"$work/wrk"
  if grep -q 'Non-2xx' "$work/wrk"; then
    echo "bench: $1 does not answer with success:" >&2
    cat "$work/wrk" >&2
    return 1
  fi
  sed -n 's/^Requests\/sec: *//p' "$work/wrk"
}

milliseconds_since() {
  echo $((($(date +%s%N) - $1) / 1000000))
}

# write_page TABLE PAGE [NAME…]: puts the table between the marks of the page, and under what it was measured. With the
# names of the benchmarks that were measured, the page keeps what it says of the others.
write_page() {
  local table=$1 page=$2 of=
  shift 2
  [ $# -eq 0 ] || of=" ($(printf '%s, ' "$@" | sed 's/, $//'))"
  {
    sed '/<!-- results -->/q' "$page"
    echo
    [ $# -eq 0 ] || sed -n '/<!-- results -->/,/<!-- end of results -->/p' "$page" | grep '^Measured' | grep -vF "Measured$of on" | sed G
    echo "Measured$of on $(date -u +%F), $(nproc) × $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)," \
      "$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)," \
      "Java $("$JAVA_HOME/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.version = //p')."
    echo
    cat "$table"
    echo
    sed -n '/<!-- end of results -->/,$p' "$page"
  } >"$work/page"
  cp "$work/page" "$page"
  echo "bench: wrote $page" >&2
}

# debian_kernel FOLDER: Debian's cloud kernel and its static busybox, unpacked there
debian_kernel() {
  local image
  [ ! -e "$1/bin/busybox" ] || return 0
  apt-cache show linux-image-cloud-$(dpkg --print-architecture) >/dev/null 2>&1 || apt-get update -q >/dev/null
  image=$(apt-cache depends "linux-image-cloud-$(dpkg --print-architecture)" \
    | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  mkdir -p "$1"
  (
    cd "$1"
    apt-get -q -o APT::Sandbox::User=root download "$image" busybox-static >"$work/apt.log" 2>&1 || {
      cat "$work/apt.log" >&2
      exit 1
    }
    for package in ./*.deb; do dpkg-deb -x "$package" .; done
    rm ./*.deb
  )
}
