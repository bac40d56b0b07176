# What grows with a registry: lists, a search and the start of one with 10,000 packages of five versions for two
# architectures each, one of which has 100,000 versions, beside the same with one package of one version.
measure_scale() {
  local pkg what address nginx=
  local -A alone
  local -a addresses=(
    "a page of tags:/v2/library/p0/tags/list?n=100"
    "a page of versions:/api/v1/packages/library/p0/versions"
    "a package:/api/v1/packages/library/p0"
    "a page of packages:/api/v1/packages"
    "a page of repositories:/v2/_catalog?n=100"
    "a search:/api/v1/packages?q=p9+rare"
  )
  unipkg_needs "makes the GETs" wrk curl
  . "$bench/measure/server.sh"
  . "$bench/measure/blobs.sh"
  start_registry
  find_pkg
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" login --key-stdin <<<"${authorization#Bearer }" >/dev/null
  UNIPKG_HOME=$work/publisher "$pkg" build /bin/true --tag library/p0:1.0.0 >/dev/null
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" push library/p0:1.0.0 >/dev/null
  for what in "${addresses[@]}"; do
    alone[$what]=$(repeated "nearly_all $registry${what#*:}")
  done
  alone[served]=$(resident)
  pause_servers
  : >"$work/our-memory"
  alone[start]=$(repeated our_start)
  alone[memory]=$(median <"$work/our-memory")
  start_registry
  grow_packages
  list_for_ops 100,000
  grow_versions
  list_for_ops 300,000
  for what in "${addresses[@]}"; do
    address=$registry${what#*:}
    row "${what%%:*}, 100,000 versions, 99 of 100" "the same with one" \
      "$(repeated "nearly_all $address")" "${alone[$what]}" ms '<=50'
  done
  row "server, 100,000 versions, resident memory after that" "the same with one" "$(resident)" "${alone[served]}" MB '<=600'
  pause_servers
  : >"$work/our-memory"
  row "server, 100,000 versions, start to the first answer" "the same with one" \
    "$(repeated our_start)" "${alone[start]}" ms '<=1.2x'
  row "server, 100,000 versions, resident memory then" "the same with one" \
    "$(median <"$work/our-memory")" "${alone[memory]}" MB '<=1.2x'
}

# repeated COMMAND: the median of what it prints
repeated() {
  local round
  for ((round = 0; round < rounds; round++)); do
    $1
  done | median
}

# nearly_all URL: milliseconds within which 99 of 100 whole answers were there, of 20 asked for each second
nearly_all() {
  load Waits "$1" 20 "$seconds"
}

# list_for_ops BUILDS: the list of all builds that ops gets, which has no pages, and a search that finds one in a hundred
# packages, beside the same as files of nginx
list_for_ops() {
  local what kept=$work/lists/list search=/api/v1/search?q=rare size
  mkdir -p "$work/lists"
  curl -sf "$registry/v2/manifest.json" -o "$kept"
  curl -sf "$registry$search" -o "$work/lists/search"
  [ -n "$nginx" ] || start_nginx "$work/lists"
  size=$(stat -c %s "$kept" | awk '{ print $1 / 1000000 }')
  in_turns make_list "one_get $nginx/list"
  row "the list for ops, $1 builds, made" "nginx, the list as a file" "$ours" "$theirs" ms '<=10000'
  in_turns "megabytes $size $registry/v2/manifest.json" "megabytes $size $nginx/list"
  row "the list for ops, $1 builds, kept" "nginx, the list as a file" "$ours" "$theirs" MB/s '>=0.5x'
  row "a search by ops, $1 builds, 99 of 100" "nginx, what is found as a file" \
    "$(repeated "nearly_all $registry$search")" "$(repeated "nearly_all $nginx/search")" ms '<=50'
}

# make_list: milliseconds until the list is there after a number of versions has changed, so that it is made again
make_list() {
  in_database <<<"update repository set versions = versions + 1 where name = 'p1'"
  one_get "$registry/v2/manifest.json"
}

# one_get URL: milliseconds until all of it is there
one_get() {
  curl -sf -o /dev/null -w '%{time_total}\n' "$1" | awk '{ print $1 * 1000 }'
}

# resident: megabytes of the registry's process
resident() {
  awk '/^VmRSS/ { print $2 / 1000 }' "/proc/${servers[0]}/status"
}

# Makes many packages of five versions, in the database: pushing them would take hours.
grow_packages() {
  in_database <<'SQL'
insert into repository (namespace, name, skeleton, kind, description, updated_at)
  select namespace, 'p' || i, 'copy' || i, kind,
    'A package like many others, ' || case when i % 100 = 0 then 'rare' else 'common' end, updated_at
  from repository, generate_series(1, 9999) i where name = 'p0';
SQL
  grow "case when r.name = 'p0' then 1 else 0 end" 4
}

# Makes many versions of one package.
grow_versions() {
  grow "case when r.name = 'p0' then 5 else 1 end" "case when r.name = 'p0' then 99999 else 0 end"
}

# grow FIRST LAST: makes versions of the repositories r with these numbers
grow() {
  in_database <<SQL
begin;
-- A key ends with the last number, as its length in three digits and its digits, the end and the version's text.
insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
  select r.id, '1.0.' || i,
    left(v.sort_key, -length('6001031.0.0')) || '6' || lpad(length(i::text)::text, 3, '0') || i || '3' || '1.0.' || i,
    v.prerelease, 'sha256:' || encode(sha256((r.id || '.' || i)::bytea), 'hex'), v.published_at
  from (select * from version where version = '1.0.0' order by id limit 1) v,
    repository r, generate_series($1, $2) i;
insert into build (version_id, arch, digest, size, config)
  select v.id, a.arch, b.digest, b.size, b.config
  from version v, (select * from build order by id limit 1) b, (values ('x86_64'), ('arm64')) a(arch)
  on conflict do nothing;
insert into tag (repository_id, name, digest, version_id, updated_at)
  select repository_id, version, digest, id, published_at from version
  on conflict do nothing;
update repository r set versions = (select count(*) from version v where v.repository_id = r.id);
commit;
vacuum analyze repository, version, build, tag;
SQL
}
