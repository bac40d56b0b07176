#!/usr/bin/env bash
# Makes what people install, from what the build left in the target folders: dist.sh, called by `./unipkg dist`.
#   dist/pkg-VERSION-linux-ARCH.tar.zst     the client with its Java runtime, for each architecture that can be made here
#   dist/unipkg_VERSION_ARCH.deb            the same for Debian: pkg on the PATH, completion for bash, zsh and fish
#   dist/unipkg-registry_VERSION_ARCH.deb   the server with its Java runtime, a systemd unit, a user and a settings file
#   dist/SHA256SUMS
# The same sources and the same JDK give the same bytes of the client. Start-up caches are not in them: those belong to
# one machine and are made there. Of the server one file differs from build to build, Quarkus' generated-bytecode.jar.
# DIST_DIR is another folder for them. UNIPKG_JMODS names a folder of the other architecture's modules (jmods) of the same JDK.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/deploy/dist
out=${DIST_DIR:-$root/dist}
work=$out.making
. "$root/.mvn/find-jdk.sh"

version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$root/pom.xml")
debian_version=${version/-SNAPSHOT/~SNAPSHOT}
epoch=$(date -d "$(sed -n 's:.*<project.build.outputTimestamp>\(.*\)</.*:\1:p' "$root/pom.xml")" +%s)
case $(uname -m) in
x86_64) arch=x86_64 debian_arch=amd64 other=arm64 other_zstd=aarch64 ;;
aarch64) arch=arm64 debian_arch=arm64 other=x86_64 other_zstd=amd64 ;;
*)
  echo "unipkg: packages are made on x86_64 and arm64, not on $(uname -m)" >&2
  exit 1
  ;;
esac

step() { printf 'unipkg: %3d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*" >&2; }
# packed FILE FOLDER NAME: a tar of NAME in FOLDER, whose bytes depend on nothing but names, modes and contents.
packed() {
  tar --create --file "$1" --directory "$2" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner \
    --mode=go-w --format=gnu "$3"
}

rm -rf "$work" "$out"
mkdir -p "$work" "$out"

# ---- the client ------------------------------------------------------------------------------------------------------

step "the client, for $arch"
client=$work/pkg-$version
cp -R "$root/cli-client/target/pkg" "$client"
rm -rf "$client/lib/pkg.aot" "$client/lib/start-up-cache-was-tried"
cp "$root/LICENSE" "$client/"
pkg=$root/cli-client/target/pkg/bin/pkg
mkdir -p "$client/share/bash-completion/completions" "$client/share/zsh/vendor-completions" \
  "$client/share/fish/vendor_completions.d"
"$pkg" completion bash >"$client/share/bash-completion/completions/pkg"
"$pkg" completion fish >"$client/share/fish/vendor_completions.d/pkg.fish"
cp "$here/client/_pkg" "$client/share/zsh/vendor-completions/"

# archive ARCH: the tar.zst of the client's folder.
archive() {
  packed "$work/pkg.tar" "$work" "pkg-$version"
  zstd -q -12 -T1 --no-progress -o "$out/pkg-$version-linux-$1.tar.zst" "$work/pkg.tar"
  rm "$work/pkg.tar"
}
archive "$arch"

tree=$work/client
mkdir -p "$tree/usr/bin" "$tree/usr/lib/unipkg" "$tree/usr/share/doc/unipkg"
cp -R "$client/bin" "$client/lib" "$client/runtime" "$tree/usr/lib/unipkg/"
cp -R "$client/share" "$tree/usr/"
cp "$root/LICENSE" "$tree/usr/share/doc/unipkg/copyright"
ln -s ../lib/unipkg/bin/pkg "$tree/usr/bin/pkg"
packed "$work/client.tar" "$tree" usr

jmods=${UNIPKG_JMODS-}
if [ -n "$jmods" ]; then
  step "the client, for $other"
  sh "$root/cli-client/src/main/pkg/make-runtime" "$JAVA_HOME" "$client/runtime" "$jmods" >&2
  (cd "$work" && "$JAVA_HOME/bin/jar" --extract --file "$root/cli-client/target/pack/lib/zstd-jni.jar" linux)
  cp "$work/linux/$other_zstd"/libzstd-jni-*.so "$client/lib/libzstd-jni.so"
  archive "$other"
else
  echo "unipkg: no pkg for $other: that takes the modules of its JDK; name their folder (jmods) in UNIPKG_JMODS" >&2
fi

# ---- the server ------------------------------------------------------------------------------------------------------

step "the server, for $arch"
tree=$work/server
lib=$tree/usr/lib/unipkg-registry
mkdir -p "$tree/usr/bin" "$lib/bin" "$lib/lib" "$tree/usr/lib/systemd/system" "$tree/etc/unipkg" \
  "$tree/usr/share/doc/unipkg-registry"
cp "$root/registry-server/bin/registry" "$lib/bin/"
cp -R "$root/registry-server/target/quarkus-app" "$lib/"
rm -f "$lib/quarkus-app/registry.aot"
ln -s /var/cache/unipkg-registry/registry.aot "$lib/quarkus-app/registry.aot"
# Libraries of a server look for what they like: so it has all of Java SE.
"$JAVA_HOME/bin/jlink" --output "$lib/runtime" --strip-java-debug-attributes --no-header-files --no-man-pages \
  --add-modules java.se,jdk.unsupported,jdk.management,jdk.naming.dns,jdk.net,jdk.zipfs >&2
mkdir "$work/training"
"$JAVA_HOME/bin/javac" -proc:none --release 25 -d "$work/training" "$root/registry-server/src/training/java/Training.java"
"$JAVA_HOME/bin/jar" --create --date="$(date -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)" --file "$lib/lib/training.jar" \
  -C "$work/training" .
cp "$here/server/unipkg-registry.service" "$tree/usr/lib/systemd/system/"
cp "$here/server/registry.env" "$tree/etc/unipkg/"
cp "$root/LICENSE" "$tree/usr/share/doc/unipkg-registry/copyright"
ln -s ../lib/unipkg-registry/bin/registry "$tree/usr/bin/unipkg-registry"
packed "$work/server.tar" "$tree" .

# ---- for Debian ------------------------------------------------------------------------------------------------------

step "the packages for Debian"
"$root/mvnw" -q -B -Dquick -f "$here/pom.xml" -Ddist="$out" -Dwork="$work" -Ddebian.version="$debian_version" \
  -Ddebian.arch="$debian_arch" package >&2

(cd "$out" && sha256sum -- * >SHA256SUMS.half && mv SHA256SUMS.half SHA256SUMS)
rm -rf "$work"
step "done"
ls -sh "$out" >&2
