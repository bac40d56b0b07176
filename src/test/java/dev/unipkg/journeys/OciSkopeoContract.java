package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The four workflows by a client of others, skopeo, whose choice of requests is its own.
interface OciSkopeoContract {

    Path SKOPEO = Path.of("/usr/bin/skopeo");

    /// A repository of the registry under test that no other test uses.
    OciRepository repository();

    @Test
    default void skopeoCarriesAnIndexAwayAndBackWithTheSameDigest(@TempDir Path temp) throws Exception {
        OciRepository from = repository();
        OciRepository to = repository();
        OciDocument index = OciDocument.index(
                from.image("one").descriptor(), from.image("two").descriptor());
        from.pushed("many", index);
        String layout = "oci:" + temp.resolve("layout") + ":many";

        skopeo(from, "copy", "--all", "--preserve-digests", "--src", reference(from, "many"), layout);
        skopeo(to, "copy", "--all", "--preserve-digests", "--dest", layout, reference(to, "many"));

        to.get("manifests/many")
                .is(200)
                .has("Docker-Content-Digest", index.digest())
                .holds(index.bytes());
    }

    @Test
    default void skopeoListsTags() throws Exception {
        OciRepository repository = repository();
        OciDocument image = repository.image("first");
        repository.pushed("second", image);
        String list = skopeo(repository, "list-tags", "--", "docker://" + place(repository));
        assertThat(list).contains("\"first\"", "\"second\"");
    }

    @Test
    default void skopeoDeletesTheManifestThatATagNames() throws Exception {
        OciRepository repository = repository();
        OciDocument image = repository.image("goes");
        skopeo(repository, "delete", "--", reference(repository, "goes"));
        repository.head("manifests/" + image.digest()).is(404);
    }

    private static String reference(OciRepository repository, String tag) {
        return "docker://" + place(repository) + ":" + tag;
    }

    private static String place(OciRepository repository) {
        return repository.registry().getRawAuthority() + "/" + repository.name();
    }

    /// Runs a command in which `--`, `--src` and `--dest` stand for the options of that side's registry.
    private static String skopeo(OciRepository repository, String... arguments)
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(SKOPEO), "skopeo is not installed; on Debian: apt-get install skopeo");
        String token = repository.authorization().replaceFirst("^Bearer ", "");
        List<String> command = new ArrayList<>(List.of(SKOPEO.toString()));
        for (String argument : arguments) {
            switch (argument) {
                case "--", "--src", "--dest" -> {
                    String side = argument.equals("--") ? "--" : argument + "-";
                    command.add(side + "tls-verify=false");
                    command.add(side + (token.isEmpty() ? "no-creds" : "registry-token=" + token));
                }
                default -> command.add(argument);
            }
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as("%s", output).isZero();
        return output;
    }
}
