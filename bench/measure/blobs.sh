# Blob GET: our folder store's blobs, nginx's sendfile of the same bytes, docker-registry.
measure_blobs() {
  local files=$work/files size name digest path
  unipkg_needs "makes the GETs" wrk curl
  mkdir -p "$files"
  head -c 1000000 /dev/urandom >"$files/1MB"
  head -c 10000000 /dev/urandom >"$files/10MB"
  head -c 100000000 /dev/urandom >"$files/100MB"
  start_registry
  start_distribution
  start_nginx "$files"
  load Seed "$registry" bench/blobs seed "$authorization" "$files/1MB" "$files/10MB" "$files/100MB" >/dev/null
  load Seed "$distribution" bench/blobs seed - "$files/1MB" "$files/10MB" "$files/100MB" >/dev/null
  for size in 1 10 100; do
    name=${size}MB
    digest=$(sha256sum "$files/$name" | cut -d' ' -f1)
    path=/v2/bench/blobs/blobs/sha256:$digest
    curl -sf -o "$work/got" "$registry$path" && cmp "$work/got" "$files/$name"
    in_turns "megabytes $size $registry$path" "megabytes $size $nginx/$name"
    row "blob GET $size MB" "nginx, sendfile" "$ours" "$theirs" MB/s '>=0.9x'
    in_turns "megabytes $size $registry$path" "megabytes $size $distribution$path"
    row "blob GET $size MB" docker-registry "$ours" "$theirs" MB/s '>=1x'
  done
}

# megabytes SIZE URL
megabytes() {
  wrk_requests "$2" | awk -v size="$1" '{ print $1 * size }'
}
