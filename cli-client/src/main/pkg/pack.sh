# Packs the client: pack.sh JAVA_HOME TARGET JAR, run by the build.
#   TARGET/pack/lib       the libraries
#   TARGET/pack/picocli   the sources of picocli
#   TARGET/pkg            what comes out: bin/ lib/ runtime/
set -eu

java=$1
target=$2
jar=$3
sources=$(dirname "$0")
pack=$target/pack
out=$target/pkg

mkdir -p "$out/bin" "$out/lib" "$pack/picocli-classes"

# The runtime: only what pkg loads. Kept while the JDK stays the same.
if ! cmp -s "$java/release" "$pack/jdk" || [ "$0" -nt "$pack/jdk" ]; then
  rm -rf "$out/runtime"
  "$java/bin/jlink" --output "$out/runtime" --add-modules java.base,jdk.unsupported \
    --strip-debug --no-header-files --no-man-pages --generate-cds-archive >"$pack/jlink.log" 2>&1 || {
    cat "$pack/jlink.log" >&2
    exit 1
  }
  cp "$java/release" "$pack/jdk"
fi

if [ ! -f "$pack/picocli.jar" ] || [ "$pack/picocli/picocli/CommandLine.java" -nt "$pack/picocli.jar" ]; then
  "$java/bin/javac" -nowarn -proc:none -Xlint:none --release 25 -d "$pack/picocli-classes" "$pack"/picocli/picocli/*.java \
    2> "$pack/picocli.log" || {
    cat "$pack/picocli.log" >&2
    exit 1
  }
  "$java/bin/jar" --create --file "$pack/picocli.jar" -C "$pack/picocli-classes" .
fi

# zstd: its library for this machine as a file, instead of eighteen libraries of which every run would unpack one, and
# its classes without those for newer versions of Java, which make their own bindings at the start: that takes longer
# than decompressing a hundred megabytes.
if [ ! -f "$pack/zstd-jni.jar" ] || [ "$pack/lib/zstd-jni.jar" -nt "$pack/zstd-jni.jar" ]; then
  rm -rf "$pack/zstd"
  mkdir "$pack/zstd"
  (cd "$pack/zstd" && "$java/bin/jar" --extract --file ../lib/zstd-jni.jar)
  case $(uname -m) in
  x86_64) machine=amd64 ;;
  *) machine=$(uname -m) ;;
  esac
  cp "$pack/zstd/linux/$machine"/libzstd-jni-*.so "$pack/libzstd-jni.so"
  "$java/bin/jar" --create --file "$pack/zstd-jni.jar" -C "$pack/zstd" com
  rm -rf "$pack/zstd"
fi

rm -f "$out/lib"/*
cp "$pack"/lib/*.jar "$out/lib/"
cp "$pack/picocli.jar" "$pack/zstd-jni.jar" "$pack/libzstd-jni.so" "$out/lib/"
cp "$target/$jar" "$out/lib/pkg.jar"

# pkg.jar names the others, so that the class path is one short word, the same in every folder.
{
  printf 'Main-Class: dev.unipkg.cli.Pkg\nClass-Path:'
  for library in "$out"/lib/*.jar; do
    [ "$library" = "$out/lib/pkg.jar" ] || printf ' %s\n ' "$(basename "$library")"
  done | sed '$d'
  printf '\n'
} > "$pack/manifest"
"$java/bin/jar" --update --file "$out/lib/pkg.jar" --manifest "$pack/manifest" 2> "$pack/jar.log"

cp "$sources/pkg" "$out/bin/pkg"
chmod 755 "$out/bin/pkg"

# The start-up cache: the classes that a few commands load, parsed and linked. Without what the compilers learned
# meanwhile: they would compile that again at every start, for code which most commands run once.
"$out/runtime/bin/java" -XX:AOTCacheOutput="$out/lib/pkg.aot" -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining \
  -Xlog:disable -Xlog:all=off -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -DZstdNativePath="$out/lib/libzstd-jni.so" -cp "$out/lib/pkg.jar" dev.unipkg.cli.rehearsal.Rehearsal \
  > "$pack/rehearsal.log" 2>&1 || {
  cat "$pack/rehearsal.log" >&2
  exit 1
}
