# Manifest GET, by tag and by digest, and what the native API says of a version, beside docker-registry's manifest GET.
measure_manifests() {
  local layer=$work/layer digest pkg
  unipkg_needs "makes the GETs" wrk curl
  head -c 1000 /dev/urandom >"$layer"
  start_registry
  start_distribution
  digest=$(load Seed "$registry" bench/manifests seed "$authorization" "$layer")
  load Seed "$distribution" bench/manifests seed - "$layer" >/dev/null
  manifests "by tag" seed
  manifests "by digest" "$digest"
  find_pkg
  publish_version >/dev/null
  in_turns "wrk_requests $registry/api/v1/packages/library/tool/versions/1.0.0" \
    "wrk_requests $distribution/v2/bench/manifests/manifests/seed"
  row "version GET (native API)" "docker-registry, a manifest" "$ours" "$theirs" /s '>=10x'
}

publish_version() {
  export UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry
  "$pkg" login --key-stdin <<<"${authorization#Bearer }"
  "$pkg" build /bin/true --tag library/tool:1.0.0
  "$pkg" push library/tool:1.0.0
  unset UNIPKG_HOME PKG_REGISTRY
}

manifests() {
  local path=/v2/bench/manifests/manifests/$2
  in_turns "wrk_requests $registry$path" "wrk_requests $distribution$path"
  row "manifest GET $1" docker-registry "$ours" "$theirs" /s '>=10x'
}
