# Blob pushes, each acknowledged, beside docker-registry. The same generator loads both.
measure_push() {
  local tiny=$work/tiny
  echo tiny >"$tiny"
  start_registry
  start_distribution
  load Seed "$registry" bench/push seed "$authorization" "$tiny" >/dev/null
  # A server in service has been warm for long.
  push_ours 1000000 10 1500 >/dev/null
  push_theirs 1000000 10 1500 >/dev/null
  pushes "push 1 MB, c=1" 1000000 1 300
  pushes "push 1 MB, c=10" 1000000 10 600
  pushes "push 100 MB, c=1" 100000000 1 10
}

# pushes WHAT BYTES CLIENTS PUSHES
pushes() {
  in_turns "push_ours $2 $3 $4" "push_theirs $2 $3 $4"
  row "$1" docker-registry "$ours" "$theirs" MB/s '>=3x'
}

push_ours() {
  load PushLoad "$registry" bench/push "$@" "$authorization"
}

push_theirs() {
  load PushLoad "$distribution" bench/push "$@"
}
