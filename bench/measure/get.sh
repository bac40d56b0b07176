# pkg get of a package of 100 MB (250 MB unpacked) to an empty shelf, beside curl | zstd -d | tar x of the same layers from
# the same registry, which needs neither to find out what to fetch nor to verify it. Ours ends with all of it synced to
# the disk; theirs does not.
measure_get() {
  local pkg layers
  unipkg_needs "is the peer that fetches" curl zstd
  find_pkg
  start_registry
  export UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry
  load SamplePackage "$work/sample" library/sample 1
  {
    "$pkg" login --key-stdin <<<"${authorization#Bearer }"
    "$pkg" build "$work/sample"
    "$pkg" push sample:1
  } >/dev/null
  mapfile -t layers < <("$pkg" info sample:1 | sed -n 's/^ *\(runtime\|libs\|config\) *\(sha256:[0-9a-f]*\).*/\2/p')
  [ ${#layers[@]} -gt 0 ]
  export UNIPKG_HOME=$work/shelf
  # Short, and so they take more turns.
  rounds=$((rounds * 3)) in_turns get_by_pkg get_by_hand
  row "pkg get, cold, 100 MB" "curl, zstd -d, tar x" "$ours" "$theirs" ms '<=1.2x'
  unset UNIPKG_HOME PKG_REGISTRY
  rm -rf "$work/publisher" "$work/sample" "$work/shelf" "$work/unpacked"
}

get_by_pkg() {
  local start
  rm -rf "$work/shelf"
  sync
  start=$(date +%s%N)
  "$pkg" --quiet get sample:1 >/dev/null
  milliseconds_since "$start"
}

get_by_hand() {
  local start layer
  rm -rf "$work/unpacked"
  mkdir "$work/unpacked"
  sync
  start=$(date +%s%N)
  for layer in "${layers[@]}"; do
    curl -sf "$registry/v2/library/sample/blobs/$layer" | zstd -dc | tar x -C "$work/unpacked"
  done
  milliseconds_since "$start"
}
