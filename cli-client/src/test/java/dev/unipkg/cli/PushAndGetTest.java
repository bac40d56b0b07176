package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PushAndGetTest {
    // Tags that other registries have among their versions; the second is the referrers fallback.
    private static final String[] OTHER_TAGS = {"_internal", "sha256-" + "a".repeat(64), "main", "1.0 beta"};

    @TempDir
    Path temp;

    private FakeRegistry registry;
    private SampleVersion version;
    private PkgCommand publisher;
    private PkgCommand user;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("1.0", 300_000, Arch.X86_64, Arch.ARM64);
        publisher = PkgCommand.at(temp.resolve("publisher"), registry);
        user = PkgCommand.at(temp.resolve("user"), registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void pushSendsAllContentAndPrintsTheDigest() throws IOException {
        Result result = push();

        assertThat(result.err()).startsWith("pushed acme/tool:1.0 to " + registry.url() + " (x86_64, arm64), ");
        assertThat(result.out()).isEqualTo(version.digest() + "\n");
        assertThat(result.exit()).isZero();
        assertThat(requireNonNull(registry.documents.get("acme/tool:1.0")).bytes())
                .isEqualTo(version.index);
        assertThat(registry.blobs.keySet())
                .containsAll(version.layers.stream()
                        .map(layer -> layer.digest().toString())
                        .toList());
    }

    @Test
    void pushWithoutAKeySaysThatOneIsWanted() throws IOException {
        registry.key = Optional.of("upk_wanted");
        Result result = push();

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.err())
                .startsWith("pkg: push of acme/tool:1.0, blob sha256:")
                .contains(registry.url() + " wants a login that may do this")
                .contains("log in with: pkg login --registry " + registry.url());
    }

    @Test
    void aRefusedManifestIsToldAsThePushThatItIsPartOf() throws IOException {
        String denied = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"not yours\"}]}";
        String build = build(Arch.X86_64).toString();
        registry.faults.put(
                "/v2/acme/tool/manifests/" + build, new FakeRegistry.Fault.Status(403, denied, new int[] {1}));

        assertThat(push())
                .isEqualTo(new Result(4, "", "pkg: push of acme/tool:1.0, build %s: not yours\n".formatted(build)));
    }

    @Test
    void pushOfTheSameAgainIsSuccessAndOffersEverythingButSendsNothing() throws IOException {
        push();
        registry.seen.clear();
        Result again = push();

        assertThat(again.exit()).isZero();
        assertThat(again.err())
                .isEqualTo("acme/tool:1.0 is already published at %s, same digest\n".formatted(registry.url()));
        assertThat(registry.seenMethods("HEAD")).hasSize(version.content.size() - 1);
        assertThat(registry.seenMethods("PUT")).isEmpty();
        assertThat(registry.seenMethods("POST")).isEmpty();
    }

    @Test
    void pushOfAnotherContentUnderTheSameVersionIsRefused() throws IOException {
        push();
        SampleVersion other = new SampleVersion("1.0", 10, Arch.X86_64);
        Path layout = other.layout(temp.resolve("other"));
        Result result = publisher.run("push", "acme/tool:1.0", "--layout", layout.toString());

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("""
            pkg: acme/tool:1.0 is published at %s as %s, this is %s; a version never changes
              next: publish it under another version
            """.formatted(registry.url(), version.digest(), other.digest()));
        assertThat(requireNonNull(registry.documents.get("acme/tool:1.0")).bytes())
                .isEqualTo(version.index);
    }

    @Test
    void pushOfAVersionWhoseNameATagHasIsToldOfTheTag() throws IOException {
        SampleVersion tagged = new SampleVersion("0.9", 10, Arch.X86_64);
        tagged.publish(registry, "acme/tool", "1.0");
        Result result = push();

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: acme/tool:1.0 is no version at %s but a tag, which points at version 0.9, %s
              next: remove the tag from the registry, or publish this under another version
            """.formatted(registry.url(), tagged.digest())));

        byte[] plain = "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}".getBytes(UTF_8);
        registry.documents.put("acme/tool:1.0", new FakeRegistry.Document(MediaTypes.IMAGE_MANIFEST, plain));
        assertThat(push().err())
                .contains("is no version at %s but a tag, which points at %s\n"
                        .formatted(registry.url(), Digest.of(plain)));
        assertThat(registry.seenMethods("PUT")).isEmpty();
    }

    @Test
    void pushOfAVersionThatIsCalledLikeATagIsRefusedAndSendsNothing() throws IOException {
        Path layout = new SampleVersion("latest", 10, Arch.X86_64).layout(temp.resolve("latest"));
        Result result = publisher.run("push", "acme/tool:latest", "--layout", layout.toString());

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: "latest" is a tag, which moves, and no version; expected a version such as 1.2.3
            """));
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void pushContinuesAnUploadThatWasCut() throws IOException {
        registry.faults.put("upload", new FakeRegistry.Fault.Cut(100_000, new int[] {1}));
        Result result = push();

        assertThat(result.exit()).isZero();
        assertThat(registry.seen)
                .anyMatch(request -> request.header("Content-Range").isPresent());
        assertThat(registry.blobs.keySet())
                .containsAll(version.layers.stream()
                        .map(layer -> layer.digest().toString())
                        .toList());
    }

    @Test
    void getBringsTheBuildOfOneArchitectureToTheShelf() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        Result result = user.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(result)
                .isEqualTo(new Result(0, version.digest() + "\n", "acme/tool:1.0 is on the shelf (x86_64)\n"));
        assertThat(shelved())
                .containsExactlyInAnyOrderElementsOf(version.diffIds.subList(0, 2).stream()
                        .map(id -> id.hex() + ".tar")
                        .toList());
        for (Digest diffId : version.diffIds.subList(0, 2)) {
            assertThat(Digest.of(Files.readAllBytes(layers().resolve(diffId.hex() + ".tar"))))
                    .isEqualTo(diffId);
        }
        assertThat(user.home().resolve("partial")).isEmptyDirectory();
        assertThat(user.home().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void aVersionAndADigestMeanOneThingOrNothing() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        String digest = "acme/tool@" + version.digest();
        assertThat(user.run("get", "acme/tool:1.0@" + version.digest(), "--arch", "x86_64")
                        .exit())
                .isZero();
        assertThat(user.run("get", digest, "--arch", "x86_64").exit()).isZero();
        Result result = user.run("get", "acme/tool:1.1@" + version.digest(), "--arch", "x86_64");

        assertThat(result).isEqualTo(new Result(4, "", """
            pkg: %s is version 1.0, not 1.1
              next: leave out the version or the digest
            """.formatted(digest)));
    }

    @Test
    void infoIsOfTheDigestThatWasNamed() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        registry.answers.put("/api/v1/packages/acme/tool", """
            {"name":"acme/tool","versions":1,"latest":"1.0","updated":"2026-01-01T00:00:00Z","tags":{}}\
            """);
        registry.answers.put("/api/v1/packages/acme/tool/versions/1.0", """
            {"name":"acme/tool","version":"1.0","digest":"%s","published":"2026-01-01T00:00:00Z","builds":[]}\
            """.formatted(version.digest()));
        String absent = "sha256:" + "1".repeat(64);

        Result known = user.run("info", "acme/tool@" + version.digest());
        Result unknown = user.run("info", "acme/tool@" + absent);
        Result another = user.run("info", "acme/tool:1.1@" + version.digest());

        assertThat(known.exit()).as(known.err()).isZero();
        assertThat(known.out())
                .startsWith("acme/tool:1.0\n")
                .contains(version.digest().toString());
        assertThat(unknown.exit()).isEqualTo(3);
        assertThat(unknown.err()).contains("has no acme/tool@" + absent);
        assertThat(another.exit()).isEqualTo(4);
    }

    @Test
    void infoTellsEverythingThatABuildNeeds() {
        String digest = "sha256:" + "1".repeat(64);
        registry.answers.put("/api/v1/packages/acme/tool", """
            {"name":"acme/tool","description":"a tool\\nfor all","licenses":"MIT","source":"https://example.org/s",
             "documentation":"https://example.org/d","versions":2,"latest":"1.1","tags":{"edge":"1.1"},
             "updated":"2026-01-02T00:00:00Z"}\
            """);
        registry.answers.put("/api/v1/packages/acme/tool/versions/1.0", """
            {"name":"acme/tool","version":"1.0","digest":"%1$s","published":"2026-01-01T00:00:00Z","builds":[
             {"arch":"x86_64","digest":"%1$s","size":2048,
              "config":{"entrypoint":["/bin/tool"],"cmd":["--serve"],"env":{"A":"1","B":"x\\ny"},
               "workingDir":"/srv","exposedPorts":["53/udp","80/tcp"],"volumes":["/data"],
               "unikernel":{"kernel":{"family":"nanos","versions":">=0.1.54"},"klibs":["tls"],
                "memory":268435456,"cpus":2,"writable":67108864,"options":{"transparent_hugepage":"never"},
                "readiness":{"port":80,"path":"/up"},
                "resume":{"safe":true,"randomness":"none","clock":"any"}}},
              "layers":[{"kind":"runtime","digest":"%1$s","size":2048,"diffId":"%1$s"}]}]}\
            """.formatted(digest));

        assertThat(user.run("info", "acme/tool:1.0")).isEqualTo(new Result(0, """
            acme/tool:1.0
              a tool\\u{a}for all
              digest       %1$s
              published    2026-01-01T00:00:00Z
              license      MIT
              source       https://example.org/s
              docs         https://example.org/d
              versions     2
              latest       1.1
              tag          edge -> 1.1
              x86_64 (2.0 KiB)
                digest     %1$s
                runs       /bin/tool --serve
                workdir    /srv
                env        A=1
                env        B=x\\u{a}y
                listens on 53/udp, 80/tcp
                volumes    /data
                kernel     nanos >=0.1.54
                klibs      tls
                option     transparent_hugepage=never
                memory     256.0 MiB
                cpus       2
                writable   64.0 MiB
                ready when port 80 answers GET /up
                resume     safe, needs no randomness, at any time
                runtime    %1$s 2.0 KiB
            """.formatted(digest), ""));
    }

    @Test
    void getTellsItsResultToPrograms() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        Result result = user.run("get", "acme/tool:1.0", "--arch", "x86_64", "--output", "json", "-q");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("""
            {
              "name": "acme/tool",
              "version": "1.0",
              "digest": "%s",
              "source": "%s",
              "builds": [
                {
                  "arch": "x86_64",
                  "digest": "%s"
                }
              ]
            }
            """.formatted(version.digest(), registry.url(), build(Arch.X86_64)));
    }

    @Test
    void getOfAVersionThatIsHereAsksNobody() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        user.run("get", "acme/tool:1.0", "--arch", "x86_64");
        registry.seen.clear();
        Result again = user.run("get", "acme/tool:1.0", "--arch", "x86_64");

        assertThat(again.exit()).isZero();
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void getWithoutAVersionTakesTheHighestOfAForeignRegistry() throws IOException {
        new SampleVersion("1.9", 10, Arch.X86_64).publish(registry, "acme/tool", "1.9");
        SampleVersion highest = new SampleVersion("1.10+b2", 10, Arch.X86_64);
        highest.publish(registry, "acme/tool", "1.10_b2");
        new SampleVersion("2.0-rc1", 10, Arch.X86_64).publish(registry, "acme/tool", "2.0-rc1");
        version.publish(registry, "acme/tool", OTHER_TAGS);
        Result result = user.run("get", "acme/tool", "--arch", "x86_64");

        assertThat(result)
                .isEqualTo(new Result(0, highest.digest() + "\n", "acme/tool:1.10+b2 is on the shelf (x86_64)\n"));
    }

    @Test
    void theVersionsOfAForeignRegistryAreItsTagsThatReadAsOne() throws IOException {
        version.publish(registry, "acme/tool", "1.9", "v1.10_b2", "1.1");
        version.publish(registry, "acme/tool", OTHER_TAGS);
        assertThat(user.run("versions", "acme/tool")).isEqualTo(new Result(0, "VERSION\nv1.10+b2\n1.9\n1.1\n", ""));

        version.publish(registry, "acme/other", OTHER_TAGS);
        assertThat(user.run("versions", "acme/other"))
                .isEqualTo(new Result(3, "", "pkg: %s has no version of acme/other\n".formatted(registry.url())));
    }

    @Test
    void aMissingArchitectureNamesTheOnesThereAre() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        Result result = user.run("get", "acme/tool:1.0", "--arch", "riscv64");

        assertThat(result).isEqualTo(new Result(3, "", """
            pkg: acme/tool:1.0 has no build for riscv64; it has x86_64, arm64
              next: choose one of these with --arch
            """));
    }

    @Test
    void aMissingVersionIsNotFound() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        Result result = user.run("get", "acme/tool:1.1");

        assertThat(result).isEqualTo(new Result(3, "", """
            pkg: %s has no acme/tool:1.1
              next: see what there is with: pkg versions acme/tool
            """.formatted(registry.url())));
    }

    @Test
    void contentsAreListedFromTheShelf() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        user.run("get", "acme/tool:1.0", "--arch", "x86_64");
        Result result = user.run("contents", "acme/tool:1.0", "--arch", "x86_64", "--offline");

        assertThat(result).isEqualTo(new Result(0, """
            TYPE       SIZE       PATH
            directory  -          /bin
            program    293.0 KiB  /bin/tool
            directory  -          /etc
            symlink    -          /etc/link -> tool.conf
            file       23 B       /etc/tool.conf
            """, ""));
    }

    @Test
    void theShelfIsListed() throws IOException {
        version.publish(registry, "acme/tool", "1.0");
        user.run("get", "acme/tool:1.0", "--arch", "x86_64");
        Result result = user.run("list", "--shelf");
        Result other = user.run("list", "nope", "--shelf");
        Result part = user.run("list", "--shelf", "--limit", "1");

        assertThat(other)
                .isEqualTo(new Result(0, "", "nothing of the namespace nope is on the shelf in " + user.home() + "\n"));
        assertThat(part.exit()).isEqualTo(2);
        assertThat(part.err()).contains("without --limit");

        assertThat(result.out()).isEqualTo("""
            PACKAGE    VERSION  FROM%s  DIGEST
            acme/tool  1.0      %s  %s
            """.formatted(
                        " ".repeat(registry.url().length() - 4),
                        registry.url(),
                        version.digest().hex().substring(0, 12)));
    }

    private Result push() throws IOException {
        Path layout = version.layout(temp.resolve("layout"));
        return publisher.run("push", "acme/tool:1.0", "--layout", layout.toString());
    }

    private Digest build(Arch arch) throws IOException {
        return version.build(arch).digest();
    }

    private Path layers() {
        return user.home().resolve("layers");
    }

    private java.util.List<String> shelved() throws IOException {
        try (java.util.stream.Stream<Path> files = Files.list(layers())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
