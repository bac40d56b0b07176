package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// OCI's requirements and CNCF distribution, Debian's docker-registry: a check of the suite itself, and a list of what
/// a client cannot count on elsewhere.
class OciSuiteOnDockerRegistryTest extends OciSuite {

    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");
    private static final Pattern LISTENS = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");

    @TempDir
    static Path temp;

    private @Nullable Process process;

    private static final String NO_REFERRERS = "distribution 2.8 has no referrers API";
    private static final String NO_SHA512 = "distribution 2.8 names everything by SHA-256";
    private static final String ANY_ORDER = "distribution 2.8 does not look at the place of a chunk that PATCH brings";
    private static final String ALL_TAGS = "distribution 2.8 lists all tags at once, in the order of the disk";
    private static final String NO_TAG_DELETION = "distribution 2.8 deletes by digest alone";

    @Override
    Map<String, String> unmet() {
        return Map.ofEntries(
                entry("blobIsPulledByItsSha512", NO_SHA512),
                entry("blobIsPushedByItsSha512InEveryWay", NO_SHA512),
                entry("manifestIsPulledByItsSha512", NO_SHA512),
                entry("manifestIsPushedByItsSha512", NO_SHA512),
                entry("rangeBehindTheEndOfABlobIsNotSatisfiable", "its answer 416 has a body that is cut off"),
                entry("digestThatIsNoneIsRefusedWithItsCode", "a manifest's is answered 500, a single POST's 202"),
                entry("blobIsPushedByASinglePost", "it begins an upload, as the specification allows"),
                entry("chunkOutOfOrderIsRefusedAndTheUploadGoesOn", ANY_ORDER),
                entry("firstChunkThatDoesNotBeginAtZeroIsRefused", ANY_ORDER),
                entry("lastChunkOutOfOrderIsRefused", "it is answered 400, as bytes of another digest are"),
                entry("manifestOverTheLimitIsTooLarge", "it is answered 400"),
                entry("tenTagsComeWithOneManifest", "the parameter is ignored"),
                entry("manifestWithASubjectIsAnsweredWithIt", NO_REFERRERS),
                entry("tagsAreListedInOrder", ALL_TAGS),
                entry("parametersChooseAPartOfTheTags", ALL_TAGS),
                entry("noTagsAreAskedForAndNoneAreListed", ALL_TAGS),
                entry("linksLeadThroughAllTags", ALL_TAGS),
                entry("referrersAreListedAsAnIndexOfTheirDescriptors", NO_REFERRERS),
                entry("referrerWithoutAnArtifactTypeHasThatOfItsConfig", NO_REFERRERS),
                entry("referrersOfWhatHasNoneAreAnEmptyList", NO_REFERRERS),
                entry("referrersAreFilteredByTheirArtifactType", NO_REFERRERS),
                entry("referrersThatCameBeforeTheirSubjectAreListed", NO_REFERRERS),
                entry("referrersOfAnotherRepositoryAreNotListed", NO_REFERRERS),
                entry("referrersOfASha512AreListed", NO_REFERRERS),
                entry("referrersOfTheTagAreListedByTheApi", NO_REFERRERS),
                entry("deletedReferrerIsNotListed", NO_REFERRERS),
                entry("deletedTagIsGoneAndItsManifestStays", NO_TAG_DELETION),
                entry("deletedTagIsPushedAgain", NO_TAG_DELETION),
                entry("manifestThatIsAbsentCannotBeDeleted", NO_TAG_DELETION));
    }

    @Override
    Target open() throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(PROGRAM),
                "docker-registry is not installed; on Debian: apt-get install docker-registry");
        String version = new String(
                new ProcessBuilder(PROGRAM.toString(), "--version")
                        .start()
                        .getInputStream()
                        .readAllBytes(),
                UTF_8);
        assumeTrue(
                version.contains(" 2.8."), "the unmet requirements are those of distribution 2.8, not of " + version);
        Path settings = Files.writeString(temp.resolve("settings.yml"), """
                version: 0.1
                log: {level: info, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:0", secret: test}
                """.formatted(temp.resolve("data")));
        Process started = new ProcessBuilder(PROGRAM.toString(), "serve", settings.toString())
                .redirectErrorStream(true)
                .start();
        process = started;
        String address = ProcessLog.awaitLine(started, temp.resolve("log"), LISTENS, Duration.ofSeconds(30))
                .group(1);
        return new Target(URI.create("http://" + address), "", "suite/");
    }

    @Override
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }
}
