# The cost of counting: a registry that counts downloads beside one that does not, on the same processors. GETs of layers and
# manifests count nothing. A config's GET counts: the count is committed before the last byte is sent.
measure_downloads() {
  local pkg what path size manifest counting
  unipkg_needs "makes the GETs" wrk curl jq
  . "$bench/measure/blobs.sh"
  . "$bench/measure/fairness.sh"
  find_pkg
  start_registry
  publish_sizes 1 10 100
  counting=$registry
  UNIPKG_COUNT_DOWNLOADS=false start_registry "$work/uncounting"
  publish_sizes 1 10 100
  for size in 1 10 100; do
    manifest=$(build_of "library/of$size")
    path=/v2/library/of$size/blobs/$(largest_of "library/of$size" "$manifest")
    in_turns "megabytes $size $counting$path" "megabytes $size $registry$path"
    row "blob GET $size MB, a layer, with counts" "the same without counts" "$ours" "$theirs" MB/s '>=0.9x'
  done
  for what in "by tag:1.0.0" "by digest:$manifest"; do
    path=/v2/library/of100/manifests/${what#*:}
    in_turns "wrk_requests $counting$path" "wrk_requests $registry$path"
    row "manifest GET ${what%%:*}, with counts" "the same without counts" "$ours" "$theirs" /s '>=0.9x'
  done
  path=/v2/library/of100/blobs/$(config_of library/of100 "$manifest")
  for size in 4 64; do
    in_turns "wrk_requests $counting$path -c$size" "wrk_requests $counting$path -c$size -HUnipkg-Download:none"
    row "config GET that counts, c=$size" "the same, said to be no download" "$ours" "$theirs" /s '>=1000'
  done
  in_turns "waits $counting$path" "waits $registry$path"
  row "config GET that counts, 99 of 100" "the same without counts" "$ours" "$theirs" ms '<=20'
}

# publish_sizes MEGABYTES…: a package for each size, with a file of as many that nothing compresses
publish_sizes() {
  local size
  export UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry
  "$pkg" login --key-stdin <<<"${authorization#Bearer }" >/dev/null
  for size in "$@"; do
    mkdir -p "$work/of$size"
    [ -e "$work/of$size/data" ] || head -c "${size}000000" /dev/urandom >"$work/of$size/data"
    printf 'name: library/of%s\nversion: 1.0.0\nprogram: /bin/true\nfiles:\n  /data: data\n' "$size" \
      >"$work/of$size/unipkg.yaml"
    "$pkg" --quiet build "$work/of$size" >/dev/null
    "$pkg" --quiet push "of$size:1.0.0" >/dev/null
  done
  unset UNIPKG_HOME PKG_REGISTRY
}

# largest_of REPOSITORY BUILD: its largest layer
largest_of() {
  curl -sf "$registry/v2/$1/manifests/$2" | jq -r '.layers | max_by(.size).digest'
}
