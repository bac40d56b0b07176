# What grows with a registry: lists, a search and the start of one with 10,000 packages of five versions for two
# architectures each, one of which has 100,000 versions, beside the same with one package of one version.
measure_scale() {
  local pkg what address
  local -A alone
  local -a addresses=(
    "a page of tags:/v2/library/p0/tags/list?n=100"
    "a page of versions:/api/v1/packages/library/p0/versions"
    "a package:/api/v1/packages/library/p0"
    "a page of packages:/api/v1/packages"
    "a page of repositories:/v2/_catalog?n=100"
    "a search:/api/v1/packages?q=p9+rare"
  )
  start_registry
  find_pkg
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" login --key-stdin <<<"${authorization#Bearer }" >/dev/null
  UNIPKG_HOME=$work/publisher "$pkg" build /bin/true --tag library/p0:1.0.0 >/dev/null
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" push library/p0:1.0.0 >/dev/null
  for what in "${addresses[@]}"; do
    alone[$what]=$(repeated "nearly_all $registry${what#*:}")
  done
  grow
  for what in "${addresses[@]}"; do
    address=$registry${what#*:}
    row "${what%%:*}, 100,000 versions, 99 of 100" "the same with one" \
      "$(repeated "nearly_all $address")" "${alone[$what]}" ms '<=50'
  done
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

# Makes many packages and versions of one, in the database: pushing them would take hours.
grow() {
  in_database <<'SQL'
begin;
insert into repository (namespace, name, skeleton, kind, description, updated_at)
  select namespace, 'p' || i, 'copy' || i, kind,
    'A package like many others, ' || case when i % 100 = 0 then 'rare' else 'common' end, updated_at
  from repository, generate_series(1, 9999) i where name = 'p0';
-- A key ends with the last number, as its length in three digits and its digits, the end and the version's text.
insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
  select r.id, '1.0.' || i,
    left(v.sort_key, -length('6001031.0.0')) || '6' || lpad(length(i::text)::text, 3, '0') || i || '3' || '1.0.' || i,
    v.prerelease, 'sha256:' || encode(sha256((r.id || '.' || i)::bytea), 'hex'), v.published_at
  from version v, repository r, generate_series(0, case when r.name = 'p0' then 99999 else 4 end) i
  where r.name <> 'p0' or i > 0;
insert into build (version_id, arch, digest, size, config)
  select v.id, a.arch, b.digest, b.size, b.config
  from version v, build b, (values ('x86_64'), ('arm64')) a(arch)
  on conflict do nothing;
insert into tag (repository_id, name, digest, version_id, updated_at)
  select repository_id, version, digest, id, published_at from version
  on conflict do nothing;
update repository r set versions = (select count(*) from version v where v.repository_id = r.id);
commit;
vacuum analyze repository, version, build, tag;
SQL
}
