package dev.unipkg.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A registry that answers with something else than was asked for is refused, and the shelf stays as it was.
class OtherAnswersTest {

    @TempDir
    Path home;

    private FakeRegistry registry;
    private SampleVersion version;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        version = new SampleVersion("2.0", 1000, Arch.X86_64);
        pkg = PkgCommand.at(home, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void anotherVersionUnderTheTagIsRefused() throws IOException {
        version.publish(registry, "acme/tool", "1.0");

        assertRefused("acme/tool:1.0", "says-otherwise", "its version is \"2.0\", expected \"1.0\"");
        assertThat(pkg.run("get", "acme/tool:2.0", "--arch", "x86_64").exit()).isEqualTo(3);
    }

    @Test
    void anotherVersionUnderATagThatMovesIsTaken() throws IOException {
        version.publish(registry, "acme/tool", "lts");

        assertThat(pkg.run("--quiet", "get", "acme/tool:lts", "--arch", "x86_64")
                        .out())
                .isEqualTo(version.digest() + "\n");
    }

    @Test
    void packageOfAnotherTitleIsRefused() throws IOException {
        version.publish(registry, "acme/tool", "2.0");
        answer("2.0", titled("acme/other"));

        assertRefused("acme/tool:2.0", "says-otherwise", "its name is \"other\", expected \"tool\"");
    }

    @Test
    void copyInAnotherNamespaceIsTaken() throws IOException {
        version.publish(registry, "acme/tool", "2.0");
        answer("2.0", titled("library/tool"));

        Result result = pkg.run("get", "acme/tool:2.0", "--arch", "x86_64");
        assertThat(result.exit()).as(result.err()).isZero();
    }

    @Test
    void indexThatIsNoPackageIsRefused() throws IOException {
        answer(
                "2.0",
                ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.IMAGE_INDEX + "\",\"manifests\":[]}")
                        .getBytes(StandardCharsets.UTF_8));

        assertRefused("acme/tool:2.0", "unknown-media-type", "\"artifactType\" is \"absent\", expected ");
    }

    @Test
    void indexWithAKeyThatFoldsToAFieldIsRefused() throws IOException {
        String index = new String(version.index, StandardCharsets.UTF_8);
        answer(
                "2.0",
                index.replace("\"manifests\":", "\"Manifests\":[],\"manifests\":")
                        .getBytes(StandardCharsets.UTF_8));

        assertRefused("acme/tool:2.0", "folded-key", "could be read as \"manifests\"");
    }

    private void answer(String tag, byte[] index) {
        registry.documents.put("acme/tool:" + tag, new FakeRegistry.Document(MediaTypes.IMAGE_INDEX, index));
    }

    private byte[] titled(String title) throws IOException {
        Index index = Index.read(version.index);
        SortedMap<String, String> annotations = new TreeMap<>(index.annotations());
        annotations.put(Annotations.TITLE, title);
        return new Index(index.artifactType(), index.manifests(), index.subject(), annotations).toBytes();
    }

    private void assertRefused(String reference, String code, String sentence) throws IOException {
        Result result = pkg.run("--output", "json", "get", reference, "--arch", "x86_64");

        assertThat(result.exit()).as(result.err()).isEqualTo(4);
        assertThat(result.out() + result.err())
                .contains(code)
                .contains(sentence.replace("\"", "\\\""))
                .contains(registry.url());
        try (Stream<Path> kept = Files.walk(home)) {
            assertThat(kept.filter(Files::isRegularFile)
                            .map(path -> home.relativize(path).toString())
                            .filter(path -> path.startsWith("blobs") || path.startsWith("refs")))
                    .isEmpty();
        }
    }
}
