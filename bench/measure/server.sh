# How long a registry takes from its start to its first answer, and the memory of its process then. Ours starts its
# database within that time; the database's own memory is not in it.
measure_server() {
  local address
  unipkg_needs "is the peer" docker-registry
  start_registry # makes the cluster, which later starts find
  pause_servers
  address=$(distribution_settings)
  : >"$work/our-memory"
  : >"$work/their-memory"
  in_turns our_start "their_start $address"
  row "server, start to the first answer" docker-registry "$ours" "$theirs" ms '<=1000'
  row "server, resident memory then" docker-registry \
    "$(median <"$work/our-memory")" "$(median <"$work/their-memory")" MB '<=200'
}

our_start() {
  local port
  port=$(free_port)
  answered "$work/our-memory" 127.0.0.1 "$port" \
    "$house/registry-server/bin/registry" --port "$port" --data "$work/registry"
}

their_start() {
  answered "$work/their-memory" "${1%:*}" "${1##*:}" docker-registry serve "$work/distribution.yml"
}

# answered MEMORY HOST PORT COMMAND…: prints after how many milliseconds the command answers there, and adds the
# megabytes that its process holds then to the file MEMORY. Asks without a process of its own for each time, which would
# keep one of the processors from who starts.
answered() {
  local begin=${EPOCHREALTIME/./} process tries nothing
  exec {nothing}<> <(:)
  "${@:4}" >"$work/start.log" 2>&1 &
  process=$!
  for ((tries = 0; tries < 4000; tries++)); do
    ! answers "$2" "$3" || break
    read -rt 0.005 -u "$nothing" || true
  done
  echo "$(((${EPOCHREALTIME/./} - begin) / 1000))"
  awk '/^VmRSS/ { print $2 / 1000 }' "/proc/$process/status" >>"$1"
  kill "$process"
  wait "$process" || true
}

# answers HOST PORT: whether a GET gets anything there
answers() {
  local connection line
  { exec {connection}<>"/dev/tcp/$1/$2"; } 2>/dev/null || return 1
  printf 'GET /v2/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1:$2" >&"$connection"
  read -rt 5 -u "$connection" line || line=
  exec {connection}>&-
  [ -n "$line" ]
}
