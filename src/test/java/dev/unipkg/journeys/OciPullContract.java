package dev.unipkg.journeys;

import static dev.unipkg.journeys.OciRepository.newBlob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Digest.Algorithm;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.provider.CsvSource;

/// The first workflow of OCI's distribution-spec: pull.
interface OciPullContract {

    /// A repository of the registry under test that no other test uses.
    OciRepository repository();

    @Spec("Determining Support")
    default void registryAnswersThatItImplementsTheSpecification() {
        OciRepository repository = repository();
        repository.get(repository.registry().resolve("/v2/")).is(200);
    }

    @Spec("Pulling manifests")
    default void manifestIsPulledByTagAndDigestAsItWasPushed() {
        OciRepository repository = repository();
        OciDocument image = repository.image("stable");
        for (Object reference : List.of("stable", image.digest())) {
            repository
                    .get("manifests/" + reference)
                    .is(200)
                    .has("Content-Type", image.mediaType())
                    .has("Docker-Content-Digest", image.digest())
                    .holds(image.bytes());
        }
    }

    @Spec("Pulling manifests")
    default void indexIsPulledWithItsOwnMediaType() {
        OciRepository repository = repository();
        OciDocument index = OciDocument.index(repository.image("child").descriptor());
        repository.pushed("many", index);
        repository
                .get("manifests/many")
                .is(200)
                .has("Content-Type", index.mediaType())
                .holds(index.bytes());
    }

    @Spec("Pulling manifests")
    default void manifestIsPulledByItsSha512() {
        OciRepository repository = repository();
        OciDocument image = OciDocument.index();
        repository.pushed(image.sha512(), image);
        repository
                .get("manifests/" + image.sha512())
                .is(200)
                .has("Docker-Content-Digest", image.sha512())
                .holds(image.bytes());
    }

    @Spec("Pulling manifests")
    default void manifestThatIsAbsentIsNotFound() {
        OciRepository repository = repository();
        repository.image("stable");
        for (Object reference : List.of("absent", Digest.of(newBlob(10)))) {
            repository.get("manifests/" + reference).refuses(404, "MANIFEST_UNKNOWN");
        }
    }

    @Spec("Pushing Manifests")
    default void manifestOfARepositoryThatIsAbsentIsNotFound() {
        repository().get("manifests/stable").refuses(404, "NAME_UNKNOWN", "MANIFEST_UNKNOWN");
    }

    @Spec("Pulling blobs")
    default void blobIsPulledAsItWasPushed() {
        OciRepository repository = repository();
        for (int size : new int[] {0, 1, 3_000_000}) {
            byte[] blob = newBlob(size);
            Digest digest = repository.blob(blob);
            repository
                    .get("blobs/" + digest)
                    .is(200)
                    .has("Docker-Content-Digest", digest)
                    .holds(blob);
        }
    }

    @Spec("Pulling blobs")
    default void blobIsPulledByItsSha512() {
        OciRepository repository = repository();
        byte[] blob = newBlob(1000);
        Digest digest = Algorithm.SHA512.of(blob);
        repository.finishWith(repository.begin(), digest, blob).is(201);
        repository
                .get("blobs/" + digest)
                .is(200)
                .has("Docker-Content-Digest", digest)
                .holds(blob);
    }

    @Spec("Pulling blobs")
    default void blobThatIsAbsentIsNotFound() {
        OciRepository repository = repository();
        repository.image("stable");
        repository.get("blobs/" + Digest.of(newBlob(10))).refuses(404, "BLOB_UNKNOWN");
    }

    @Spec("Pulling blobs")
    default void blobOfAnotherRepositoryIsNotFound() {
        OciRepository other = repository();
        Digest digest = other.blob(newBlob(10));
        OciRepository repository = repository();
        repository.image("stable");
        repository.get("blobs/" + digest).refuses(404, "BLOB_UNKNOWN");
    }

    @SpecTable("Pulling blobs")
    @CsvSource({"0-0, 0, 1", "100-299, 100, 300", "900-, 900, 1000", "-10, 990, 1000", "990-5000, 990, 1000"})
    default void rangeOfABlobIsPulled(String range, int from, int to) {
        OciRepository repository = repository();
        byte[] blob = newBlob(1000);
        Digest digest = repository.blob(blob);
        repository
                .get("blobs/" + digest, "Range", "bytes=" + range)
                .is(206)
                .has("Content-Range", "bytes " + from + "-" + (to - 1) + "/1000")
                .holds(Arrays.copyOfRange(blob, from, to));
    }

    @Spec("Pulling blobs")
    default void rangeBehindTheEndOfABlobIsNotSatisfiable() {
        OciRepository repository = repository();
        Digest digest = repository.blob(newBlob(1000));
        repository.get("blobs/" + digest, "Range", "bytes=1000-").is(416);
    }

    @Spec("Checking if content exists in the registry")
    default void headOfContentIsItsGetWithoutTheBody() {
        OciRepository repository = repository();
        OciDocument image = repository.image("stable");
        Digest blob = repository.blob(newBlob(1000));
        for (String path : List.of("manifests/stable", "manifests/" + image.digest(), "blobs/" + blob)) {
            OciAnswer get = repository.get(path).is(200);
            OciAnswer head = repository.head(path).is(200).holds(new byte[0]);
            head.has("Content-Length", get.body().length);
            for (String header : List.of("Content-Length", "Content-Type", "Docker-Content-Digest")) {
                assertThat(get.header(header)).as(header).isNotEmpty();
                head.has(header, get.header(header));
            }
        }
    }

    @Spec("Checking if content exists in the registry")
    default void headOfContentThatIsAbsentIsNotFound() {
        OciRepository repository = repository();
        repository.image("stable");
        Digest absent = Digest.of(newBlob(10));
        for (String path : List.of("manifests/absent", "manifests/" + absent, "blobs/" + absent)) {
            repository.head(path).is(404).holds(new byte[0]);
        }
    }

    @SpecTable("Error Codes")
    @CsvSource({
        "GET, blobs/sha256:abc, DIGEST_INVALID",
        "GET, manifests/sha256:abc, DIGEST_INVALID",
        "GET, referrers/sha256:abc, DIGEST_INVALID",
        "POST, blobs/uploads/?digest=sha256:abc, DIGEST_INVALID",
    })
    default void digestThatIsNoneIsRefusedWithItsCode(String method, String path, String code) {
        OciRepository repository = repository();
        repository.image("stable");
        repository.send(method, repository.uri(path), new byte[0]).refuses(400, code);
    }
}
