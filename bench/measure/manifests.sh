# Manifest GET, by tag and by digest, beside docker-registry.
measure_manifests() {
  local layer=$work/layer digest
  unipkg_needs "makes the GETs" wrk curl
  head -c 1000 /dev/urandom >"$layer"
  start_registry
  start_distribution
  digest=$(load Seed "$registry" bench/manifests seed "$authorization" "$layer")
  load Seed "$distribution" bench/manifests seed - "$layer" >/dev/null
  manifests "by tag" seed
  manifests "by digest" "$digest"
}

manifests() {
  local path=/v2/bench/manifests/manifests/$2
  in_turns "wrk_requests $registry$path" "wrk_requests $distribution$path"
  row "manifest GET $1" docker-registry "$ours" "$theirs" /s '>=10x'
}
