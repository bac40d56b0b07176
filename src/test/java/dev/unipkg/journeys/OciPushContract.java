package dev.unipkg.journeys;

import static dev.unipkg.journeys.OciDocument.CONFIG;
import static dev.unipkg.journeys.OciRepository.BYTES;
import static dev.unipkg.journeys.OciRepository.newBlob;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Arrays.copyOfRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.Digest.Algorithm;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The second workflow of OCI's distribution-spec: push.
interface OciPushContract {

    /// The size of a manifest that every registry should take.
    int LARGE = 4 << 20;

    /// A repository of the registry under test that no other test uses.
    OciRepository repository();

    // ---- blobs in one piece

    @Spec("Pushing a blob monolithically")
    default void blobIsPushedByPostThenPut() {
        OciRepository repository = repository();
        byte[] blob = newBlob(1000);
        OciAnswer pushed = repository.finishWith(repository.begin(), Digest.of(blob), blob);
        requirePullable(repository, pushed, blob);
    }

    @Spec("Pushing a blob monolithically")
    default void blobIsPushedByASinglePost() {
        OciRepository repository = repository();
        byte[] blob = newBlob(1000);
        requirePullable(repository, singlePost(repository, Digest.of(blob), blob), blob);
    }

    @Spec("Pushing blobs")
    default void blobIsPushedByItsSha512InEveryWay() {
        OciRepository repository = repository();
        List<byte[]> blobs = List.of(newBlob(1000), newBlob(1000), newBlob(1000));
        Digest chunked = Algorithm.SHA512.of(blobs.get(2));
        URI upload = repository
                .post("blobs/uploads/?digest-algorithm=sha512")
                .is(202)
                .location();
        upload = repository.chunk(upload, 0, blobs.get(2)).is(202).location();

        requirePullable(repository, repository.finish(upload, chunked), blobs.get(2));
        requirePullable(
                repository, singlePost(repository, Algorithm.SHA512.of(blobs.get(0)), blobs.get(0)), blobs.get(0));
        OciAnswer put = repository.finishWith(repository.begin(), Algorithm.SHA512.of(blobs.get(1)), blobs.get(1));
        requirePullable(repository, put, blobs.get(1));
    }

    @Spec("Pushing blobs")
    default void bytesOfAnotherDigestAreRefused() {
        OciRepository repository = repository();
        Digest announced = Digest.of(newBlob(10));
        repository.finishWith(repository.begin(), announced, newBlob(10)).refuses(400, "DIGEST_INVALID");
        repository.head("blobs/" + announced).is(404);
    }

    @SpecTable("Pushing blobs")
    @ValueSource(strings = {"", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:abc", "abc"})
    default void digestOfNoSupportedAlgorithmIsRefused(String digest) {
        OciRepository repository = repository();
        repository.finishWith(repository.begin(), digest, newBlob(10)).refuses(400, "DIGEST_INVALID");
    }

    // ---- blobs in chunks

    @Spec("Pushing a blob in chunks")
    default void chunksInOrderMakeABlob() {
        OciRepository repository = repository();
        byte[] blob = newBlob(10_000);
        URI upload = repository.begin();
        upload = repository
                .chunk(upload, 0, copyOfRange(blob, 0, 4000))
                .is(202)
                .has("Range", "0-3999")
                .location();
        upload = repository
                .chunk(upload, 4000, copyOfRange(blob, 4000, 10_000))
                .is(202)
                .has("Range", "0-9999")
                .location();
        requirePullable(repository, repository.finish(upload, Digest.of(blob)), blob);
    }

    @Spec("Pushing a blob in chunks")
    default void lastChunkComesWithTheClosingPut() {
        OciRepository repository = repository();
        byte[] blob = newBlob(10_000);
        URI upload = repository
                .chunk(repository.begin(), 0, copyOfRange(blob, 0, 4000))
                .is(202)
                .location();
        OciAnswer closed = repository.finish(upload, Digest.of(blob), 4000, copyOfRange(blob, 4000, 10_000));
        requirePullable(repository, closed, blob);
    }

    @SpecTable("Pushing a blob in chunks")
    @ValueSource(ints = {0, 3999, 4001})
    default void chunkOutOfOrderIsRefusedAndTheUploadGoesOn(int place) {
        OciRepository repository = repository();
        byte[] blob = newBlob(10_000);
        byte[] rest = copyOfRange(blob, 4000, 10_000);
        URI upload = repository
                .chunk(repository.begin(), 0, copyOfRange(blob, 0, 4000))
                .is(202)
                .location();
        repository.chunk(upload, place, rest).is(416);

        upload = status(repository, upload, "0-3999");
        upload = repository.chunk(upload, 4000, rest).is(202).location();
        requirePullable(repository, repository.finish(upload, Digest.of(blob)), blob);
    }

    @Spec("Pushing a blob in chunks")
    default void firstChunkThatDoesNotBeginAtZeroIsRefused() {
        OciRepository repository = repository();
        repository.chunk(repository.begin(), 1, newBlob(10)).is(416);
    }

    @Spec("Pushing a blob in chunks")
    default void lastChunkOutOfOrderIsRefused() {
        OciRepository repository = repository();
        byte[] blob = newBlob(10_000);
        URI upload = repository
                .chunk(repository.begin(), 0, copyOfRange(blob, 0, 4000))
                .is(202)
                .location();
        repository
                .finish(upload, Digest.of(blob), 5000, copyOfRange(blob, 5000, 10_000))
                .is(416);
        repository.head("blobs/" + Digest.of(blob)).is(404);
    }

    @Spec("Pushing a blob in chunks")
    default void uploadTellsWhereItStands() {
        OciRepository repository = repository();
        URI upload =
                repository.chunk(repository.begin(), 0, newBlob(1234)).is(202).location();
        status(repository, upload, "0-1233");
    }

    // ---- cancel and mount

    @Spec("Cancel a blob upload")
    default void cancelledUploadIsGone() {
        OciRepository repository = repository();
        byte[] blob = newBlob(100);
        URI upload = repository.chunk(repository.begin(), 0, blob).is(202).location();
        repository.send("DELETE", upload, new byte[0]).is(204);

        repository.get(upload).refuses(404, "BLOB_UPLOAD_UNKNOWN");
        repository.chunk(upload, 100, blob).refuses(404, "BLOB_UPLOAD_UNKNOWN");
        repository.finish(upload, Digest.of(blob)).refuses(404, "BLOB_UPLOAD_UNKNOWN");
        repository.head("blobs/" + Digest.of(blob)).is(404);
    }

    @Spec("Mounting a blob from another repository")
    default void blobIsMountedFromAnotherRepository() {
        OciRepository from = repository();
        OciRepository to = repository();
        byte[] blob = newBlob(1000);
        Digest digest = from.blob(blob);
        requirePullable(to, to.post("blobs/uploads/?mount=" + digest + "&from=" + from.name()), blob);
    }

    @Spec("Mounting a blob from another repository")
    default void mountOfABlobThatIsAbsentBeginsAnUpload() {
        OciRepository from = repository();
        from.blob(newBlob(10));
        OciRepository to = repository();
        byte[] blob = newBlob(1000);
        Digest digest = Digest.of(blob);
        OciAnswer begun = to.post("blobs/uploads/?mount=" + digest + "&from=" + from.name());
        requirePullable(to, to.finishWith(begun.is(202).location(), digest, blob), blob);
    }

    @Spec("Mounting a blob from another repository")
    default void mountThatNamesNoRepositoryMountsOrBeginsAnUpload() {
        Digest digest = repository().blob(newBlob(10));
        repository().post("blobs/uploads/?mount=" + digest).is(201, 202).location();
    }

    // ---- manifests

    @Spec("Pushing Manifests")
    default void manifestIsPushedByTagAndByDigest() {
        OciRepository repository = repository();
        OciDocument image = repository.image("before");
        for (Object reference : List.of("stable", image.digest())) {
            OciAnswer pushed = repository.put(reference, image).is(201).has("Docker-Content-Digest", image.digest());
            repository.get(pushed.location()).is(200).holds(image.bytes());
        }
    }

    @Spec("Pushing Manifests")
    default void manifestIsPushedByItsSha512() {
        OciRepository repository = repository();
        OciDocument index = OciDocument.index();
        repository.put(index.sha512(), index).is(201).has("Docker-Content-Digest", index.sha512());
    }

    @Spec("Pushing Manifests")
    default void bytesOfAManifestStayAsTheyAre() {
        OciRepository repository = repository();
        String image = new String(repository.image("compact").bytes(), UTF_8);
        byte[] spaced = ("{ \n\t" + image.substring(1) + "\n").getBytes(UTF_8);
        OciDocument document = repository.pushed("spaced", new OciDocument(MediaTypes.IMAGE_MANIFEST, spaced));
        repository.get("manifests/" + document.digest()).is(200).holds(spaced);
    }

    @Spec("Pushing Manifests")
    default void tagMovesToTheManifestThatIsPushedLast() {
        OciRepository repository = repository();
        OciDocument before = repository.image("stable");
        OciDocument after = repository.image("stable");
        repository.get("manifests/stable").is(200).holds(after.bytes());
        repository.head("manifests/" + before.digest()).is(200);
    }

    @Spec("Pushing Manifests")
    default void manifestOfAnotherDigestIsRefused() {
        OciRepository repository = repository();
        Digest other = Digest.of(newBlob(10));
        repository.put(other, repository.image("stable")).refuses(400, "DIGEST_INVALID");
        repository.head("manifests/" + other).is(404);
    }

    @SpecTable("Pushing Manifests")
    @ValueSource(strings = {"no JSON", "[]", "{\"schemaVersion\":2", "{\"schemaVersion\":2,\"layers\":1}"})
    default void documentThatIsNoManifestIsRefused(String text) {
        OciDocument none = new OciDocument(MediaTypes.IMAGE_MANIFEST, text.getBytes(UTF_8));
        OciRepository repository = repository();
        repository.put("stable", none).refuses(400, "MANIFEST_INVALID");
        repository.head("manifests/stable").is(404);
    }

    @Spec("Pushing Manifests")
    default void manifestOfBlobsThatAreAbsentIsRefusedWithItsCode() {
        OciRepository repository = repository();
        Descriptor absent = Descriptor.of(MediaTypes.LAYER_TAR, newBlob(10));
        repository.blob(CONFIG);
        OciAnswer answer = repository.put("stable", OciDocument.image("blobless", List.of(absent), Optional.empty()));
        assertThat(answer.codes()).as("%s", answer).contains("MANIFEST_BLOB_UNKNOWN");
        assertThat(answer.status()).isBetween(400, 499);
        repository.head("manifests/stable").is(404);
    }

    @Spec("Pushing Manifests")
    default void indexOfManifestsThatAreAbsentIsTakenOrRefusedWithItsCode() {
        OciRepository repository = repository();
        OciAnswer answer = repository.put(
                "sparse",
                OciDocument.index(
                        repository.image("here").descriptor(), Descriptor.of(MediaTypes.IMAGE_MANIFEST, newBlob(10))));
        if (answer.status() != 201) {
            assertThat(answer.codes()).as("%s", answer).contains("MANIFEST_BLOB_UNKNOWN");
        }
    }

    @Spec("Pushing Manifests")
    default void parametersOfTheMediaTypeAreIgnored() {
        OciRepository repository = repository();
        OciDocument image = repository.image("plain");
        URI uri = repository.uri("manifests/parameters");
        repository
                .send("PUT", uri, image.bytes(), "Content-Type", image.mediaType() + "; charset=utf-8")
                .is(201);
        repository.get("manifests/parameters").is(200).has("Content-Type", image.mediaType());
    }

    @Spec("Pushing Manifests")
    default void manifestOfFourMegabytesIsTaken() {
        OciRepository repository = repository();
        OciDocument large = large(repository, LARGE);
        assertThat(large.bytes()).hasSize(LARGE);
        repository.pushed("large", large);
        repository.get("manifests/large").is(200).holds(large.bytes());
    }

    @Spec("Pushing Manifests")
    default void manifestOverTheLimitIsTooLarge() {
        OciRepository repository = repository();
        repository.put("large", large(repository, 4 * LARGE)).is(413);
        repository.head("manifests/large").is(404);
    }

    @SpecTable("Pulling manifests")
    @CsvSource({"128, 201", "129, 400"})
    default void tagHasAtMost128Characters(int length, int status) {
        OciRepository repository = repository();
        OciDocument image = repository.image("short");
        repository.put("t".repeat(length), image).is(status, status == 201 ? 201 : 404);
    }

    @Spec("Pushing Manifests")
    default void tenTagsComeWithOneManifest() {
        OciRepository repository = repository();
        OciDocument image = repository.image("before");
        List<String> tags = IntStream.range(0, 10).mapToObj(i -> "tag" + i).toList();
        String parameters = tags.stream().map(tag -> "tag=" + tag).collect(Collectors.joining("&"));
        OciAnswer pushed =
                repository.put(image.digest() + "?" + parameters, image).is(201);

        assertThat(pushed.header("OCI-Tag").split(", *")).containsExactlyInAnyOrderElementsOf(tags);
        for (String tag : tags) {
            repository.head("manifests/" + tag).is(200).has("Docker-Content-Digest", image.digest());
        }
    }

    @Spec("Pushing Manifests with Subject")
    default void manifestWithASubjectIsAnsweredWithIt() {
        OciRepository repository = repository();
        Descriptor subject = repository.image("subject").descriptor();
        OciDocument image = OciDocument.referrer(Optional.of("application/vnd.example.sbom"), "refers", subject);
        OciDocument index =
                OciDocument.index(Optional.of("application/vnd.example.sbom"), List.of(), Optional.of(subject));
        for (OciDocument referrer : List.of(image, index)) {
            repository.put(referrer.digest(), referrer).is(201).has("OCI-Subject", subject.digest());
        }
    }

    @Spec("Push")
    default void manifestComesBeforeItsSubject() {
        OciRepository repository = repository();
        repository.blob(CONFIG);
        Descriptor absent = Descriptor.of(MediaTypes.IMAGE_MANIFEST, newBlob(10));
        OciDocument referrer = OciDocument.referrer(Optional.of("application/vnd.example.sbom"), "early", absent);
        repository.pushed(referrer.digest(), referrer);
    }

    // ---- what the requirements share

    private static OciAnswer singlePost(OciRepository repository, Digest digest, byte[] blob) {
        return repository.send("POST", repository.uri("blobs/uploads/?digest=" + digest), blob, "Content-Type", BYTES);
    }

    /// Requires that a push ended with the address of the blob.
    private static void requirePullable(OciRepository repository, OciAnswer pushed, byte[] blob) {
        repository.get(pushed.is(201).location()).is(200).holds(blob);
    }

    /// Asks an upload for what it holds.
    ///
    /// @return the address of its next request
    private static URI status(OciRepository repository, URI upload, String range) {
        return repository.get(upload).is(204).has("Range", range).location();
    }

    /// An image of this size, whose title is long.
    private static OciDocument large(OciRepository repository, int size) {
        repository.blob(CONFIG);
        int without = OciDocument.image("", List.of(), Optional.empty()).bytes().length;
        return OciDocument.image("x".repeat(size - without), List.of(), Optional.empty());
    }
}
