# How long a browser waits for a page of a registry with 10,000 packages, beside the same page as a file of nginx.
measure_page() {
  local pkg page nginx=
  unipkg_needs "makes the GETs" wrk curl
  start_registry
  find_pkg
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" login --key-stdin <<<"${authorization#Bearer }" >/dev/null
  UNIPKG_HOME=$work/publisher "$pkg" build /bin/true --tag library/p0:1.0.0 >/dev/null
  UNIPKG_HOME=$work/publisher PKG_REGISTRY=$registry "$pkg" push library/p0:1.0.0 >/dev/null
  copy_packages 9999
  mkdir -p "$work/pages"
  for page in "the page:/" "the last page:/?after=library/p9950" "a search:/?q=p9+rare"; do
    curl -sf "$registry${page#*:}" -o "$work/pages/page.html"
    [ -n "$nginx" ] || start_nginx "$work/pages"
    in_turns "median_wait $registry${page#*:}" "median_wait $nginx/page.html"
    row "${page%%:*}, 10,000 packages" "nginx, the page as a file" "$ours" "$theirs" ms '<=30'
  done
}

# copy_packages COUNT: as many packages like library/p0, one in a hundred with `rare` in its description, made in the
# database: pushing them would take minutes
copy_packages() {
  in_database <<SQL
begin;
insert into repository (namespace, name, skeleton, kind, description, updated_at)
  select namespace, 'p' || i, 'copy' || i, kind,
    'A package like many others, ' || case when i % 100 = 0 then 'rare' else 'common' end, updated_at
  from repository, generate_series(1, $1) i where name = 'p0';
insert into version (repository_id, version, sort_key, prerelease, digest, published_at)
  select r.id, v.version, v.sort_key, v.prerelease, v.digest, v.published_at
  from repository r, version v where r.skeleton like 'copy%';
insert into build (version_id, arch, digest, size, config)
  select v.id, b.arch, b.digest, b.size, b.config
  from version v join repository r on r.id = v.repository_id, build b where r.skeleton like 'copy%';
commit;
vacuum analyze repository, version, build;
SQL
}

# median_wait URL: milliseconds until the whole answer is there, one request after the other
median_wait() {
  wrk -t1 -c1 -d"${seconds}s" --latency -H "Accept: text/html" "$1" >"$work/wrk"
  if grep -q 'Non-2xx' "$work/wrk"; then
    echo "bench: $1 does not answer with success:" >&2
    cat "$work/wrk" >&2
    return 1
  fi
  awk '$1 == "50%" { n = $2 + 0; print $2 ~ /us$/ ? n / 1000 : $2 ~ /ms$/ ? n : n * 1000 }' "$work/wrk"
}
