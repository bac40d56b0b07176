package dev.unipkg.journeys;

import static dev.unipkg.journeys.OciRepository.newBlob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import java.util.List;

/// The fourth workflow of OCI's distribution-spec: content management.
interface OciManagementContract {

    /// A repository of the registry under test that no other test uses.
    OciRepository repository();

    @Spec("Deleting tags")
    default void deletedTagIsGoneAndItsManifestStays() {
        OciRepository repository = repository();
        OciDocument image = repository.image("goes");
        repository.pushed("stays", image);
        repository.delete("manifests/goes").is(202);

        repository.get("manifests/goes").refuses(404, "MANIFEST_UNKNOWN");
        assertThat(repository.get("tags/list").is(200).tags()).containsExactly("stays");
        for (Object reference : List.of("stays", image.digest())) {
            repository.get("manifests/" + reference).is(200).holds(image.bytes());
        }
    }

    @Spec("Deleting tags")
    default void deletedTagIsPushedAgain() {
        OciRepository repository = repository();
        OciDocument image = repository.image("again");
        repository.delete("manifests/again").is(202);
        repository.pushed("again", image);
        repository.head("manifests/again").is(200).has("Docker-Content-Digest", image.digest());
    }

    @Spec("Deleting Manifests")
    default void deletedManifestIsGoneWithItsTags() {
        OciRepository repository = repository();
        OciDocument stays = repository.image("stays");
        OciDocument image = repository.image("one");
        repository.pushed("two", image);
        repository.delete("manifests/" + image.digest()).is(202);

        for (Object reference : List.of(image.digest(), "one", "two")) {
            repository.get("manifests/" + reference).refuses(404, "MANIFEST_UNKNOWN");
        }
        repository.head("manifests/stays").is(200).has("Docker-Content-Digest", stays.digest());
    }

    @Spec("Deleting Manifests")
    default void tagsOfADeletedManifestAreNotListed() {
        OciRepository repository = repository();
        repository.image("stays");
        OciDocument image = repository.image("goes");
        repository.delete("manifests/" + image.digest()).is(202);
        assertThat(repository.get("tags/list").is(200).tags()).containsExactly("stays");
    }

    @Spec("Deleting Manifests")
    default void deletedReferrerIsNotListed() {
        OciRepository repository = repository();
        Descriptor subject = repository.image("subject").descriptor();
        OciDocument goes = repository.referrer("application/vnd.example.sbom", subject);
        OciDocument stays = repository.referrer("application/vnd.example.signature", subject);
        repository.delete("manifests/" + goes.digest()).is(202);
        assertThat(repository.referrers(subject.digest())).containsExactly(stays.digest());
    }

    @Spec("Deleting Manifests")
    default void manifestThatIsAbsentCannotBeDeleted() {
        OciRepository repository = repository();
        repository.image("stable");
        for (Object reference : List.of("absent", Digest.of(newBlob(10)))) {
            repository.delete("manifests/" + reference).refuses(404, "MANIFEST_UNKNOWN");
        }
    }

    @Spec("Deleting Manifests")
    default void manifestOfARepositoryThatIsAbsentCannotBeDeleted() {
        repository().delete("manifests/" + Digest.of(newBlob(10))).refuses(404, "NAME_UNKNOWN", "MANIFEST_UNKNOWN");
    }

    @Spec("Deleting Blobs")
    default void deletedBlobIsGoneFromItsRepositoryAlone() {
        OciRepository repository = repository();
        OciRepository other = repository();
        byte[] blob = newBlob(1000);
        Digest digest = repository.blob(blob);
        other.blob(blob);
        repository.get("blobs/" + digest).is(200);
        repository.delete("blobs/" + digest).is(202);

        repository.get("blobs/" + digest).refuses(404, "BLOB_UNKNOWN");
        repository.head("blobs/" + digest).is(404);
        other.get("blobs/" + digest).is(200).holds(blob);
    }

    @Spec("Deleting Blobs")
    default void blobThatIsAbsentCannotBeDeleted() {
        OciRepository repository = repository();
        repository.image("stable");
        repository.delete("blobs/" + Digest.of(newBlob(10))).refuses(404, "BLOB_UNKNOWN");
    }
}
