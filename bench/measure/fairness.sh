# What one namespace's readers and publishers notice while another one has eight packages checked that unpack to 1 GiB
# each, beside the same on the quiet server.
measure_fairness() {
  local pkg tiny big what
  unipkg_needs "sends manifests" curl jq
  start_registry
  find_pkg
  export UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry
  "$pkg" login --key-stdin <<<"${authorization#Bearer }" >/dev/null
  "$pkg" namespace create greedy >/dev/null
  "$pkg" build /bin/true --tag library/tiny:1.0.0 >/dev/null
  "$pkg" push library/tiny:1.0.0 >/dev/null
  large_package "$work/large"
  "$pkg" build "$work/large" >/dev/null
  "$pkg" push greedy/large:1.0.0 >/dev/null
  unset UNIPKG_HOME PKG_REGISTRY
  tiny=$(build_of library/tiny)
  big=$(build_of greedy/large)
  for what in "manifest:/v2/library/tiny/manifests/$tiny" "blob:/v2/library/tiny/blobs/$(config_of library/tiny "$tiny")" \
    "search:/api/v1/packages?q=tiny"; do
    in_turns "beside_checks greedy/large $big waits $registry${what#*:}" "waits $registry${what#*:}"
    row "${what%%:*} GET, 99 of 100, beside eight checks of 1 GiB" "the same, quiet" "$ours" "$theirs" ms '<=20'
  done
  in_turns "beside_checks greedy/large $big push_again library/tiny $tiny" "push_again library/tiny $tiny"
  row "push of a tiny build beside eight checks of 1 GiB" "the same, quiet" "$ours" "$theirs" ms '<=1500'
}

# large_package FOLDER: a package of 1 GiB, little of which is left when it is compressed
large_package() {
  mkdir -p "$1"
  head -c 1350000 /dev/urandom >"$1/data"
  truncate -s 1G "$1/data"
  cat >"$1/unipkg.yaml" <<'YAML'
name: greedy/large
version: 1.0.0
program: /bin/true
files:
  /data: data
YAML
}

# build_of REPOSITORY: the digest of the one build of its version
build_of() {
  curl -sf "$registry/v2/$1/manifests/1.0.0" | jq -r '.manifests[0].digest'
}

# config_of REPOSITORY BUILD
config_of() {
  curl -sf "$registry/v2/$1/manifests/$2" | jq -r .config.digest
}

# waits ADDRESS: 99 of 100 answers were there after so many milliseconds
waits() {
  load Waits "$1" 100 "$seconds"
}

# push_again REPOSITORY BUILD: pushes the manifest of a build again, which checks it again; prints the longest of ten waits,
# in milliseconds
push_again() {
  local i
  curl -sf "$registry/v2/$1/manifests/$2" -o "$work/manifest-again"
  for ((i = 0; i < 10; i++)); do
    put_manifest "$1" "$2" "$work/manifest-again"
  done | sort -g | tail -n 1
}

# put_manifest REPOSITORY DIGEST FILE: prints how long it took, in milliseconds
put_manifest() {
  curl -sf -o /dev/null -w '%{time_total}\n' -X PUT -H "Authorization: $authorization" \
    -H "Content-Type: application/vnd.oci.image.manifest.v1+json" --data-binary "@$3" \
    "$registry/v2/$1/manifests/$2" | awk '{ print $1 * 1000 }'
}

# beside_checks REPOSITORY BUILD COMMAND…: runs the command while the build is pushed by eight clients, over and over
beside_checks() {
  local i clients=()
  curl -sf "$registry/v2/$1/manifests/$2" -o "$work/manifest-large"
  for ((i = 0; i < 8; i++)); do
    while :; do
      put_manifest "$1" "$2" "$work/manifest-large" >/dev/null || sleep 1
    done &
    clients+=($!)
  done
  sleep 1
  "${@:3}"
  kill "${clients[@]}"
  wait "${clients[@]}" 2>/dev/null || :
}
