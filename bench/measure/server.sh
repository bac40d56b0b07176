# How long a registry takes from its start to its first answer, and the memory of its process then. Ours starts its
# database within that time; the database's own memory is not in it.
measure_server() {
  local address
  unipkg_needs "is the peer" docker-registry
  start_registry # makes the cluster, which later starts find
  kill "${servers[@]}"
  wait "${servers[@]}" || true
  servers=()
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
  answered "$work/our-memory" "http://127.0.0.1:$port/v2/" \
    "$house/registry-server/bin/registry" --port "$port" --data "$work/registry"
}

their_start() {
  answered "$work/their-memory" "http://$1/v2/" docker-registry serve "$work/distribution.yml"
}

# answered MEMORY URL COMMAND…: prints after how many milliseconds the command answers at the URL, and adds the
# megabytes that its process holds then to the file MEMORY
answered() {
  local begin=${EPOCHREALTIME/./} process tries
  "${@:3}" >"$work/start.log" 2>&1 &
  process=$!
  for ((tries = 0; tries < 2000; tries++)); do
    ! curl -s -o /dev/null "$2" || break
    sleep 0.005
  done
  echo "$(((${EPOCHREALTIME/./} - begin) / 1000))"
  awk '/^VmRSS/ { print $2 / 1000 }' "/proc/$process/status" >>"$1"
  kill "$process"
  wait "$process" || true
}
