package dev.unipkg.journeys;

import static dev.unipkg.journeys.OciDocument.CONFIG;
import static dev.unipkg.journeys.OciDocument.TITLE;
import static dev.unipkg.journeys.OciRepository.newBlob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.MediaTypes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.provider.CsvSource;

/// The third workflow of OCI's distribution-spec: content discovery.
interface OciDiscoveryContract {

    String SBOM = "application/vnd.example.sbom";
    String SIGNATURE = "application/vnd.example.signature";

    /// A repository of the registry under test that no other test uses.
    OciRepository repository();

    // ---- tags

    @Spec("Listing Tags")
    default void tagsAreListedInOrder() {
        OciRepository repository = tagged("d", "C", "b", "A", "1.10", "1.9", "z", "x", "Y", "e");
        assertThat(repository.get("tags/list").is(200).tags())
                .isIn(
                        List.of("1.10", "1.9", "A", "C", "Y", "b", "d", "e", "x", "z"),
                        List.of("1.10", "1.9", "A", "b", "C", "d", "e", "x", "Y", "z"));
    }

    @Spec("Listing Tags")
    default void listNamesItsRepository() throws Exception {
        OciRepository repository = tagged("one");
        assertThat(repository.get("tags/list").is(200).json().text("name")).isEqualTo(repository.name());
    }

    @SpecTable("Listing Tags")
    @CsvSource({
        "n=2, a b",
        "n=5, a b c d e",
        "n=9, a b c d e",
        "n=2&last=b, c d",
        "n=3&last=c, d e",
        "n=2&last=bb, c d",
        "last=c, d e",
        "last=e, ''",
    })
    default void parametersChooseAPartOfTheTags(String parameters, String tags) {
        OciRepository repository = tagged("a", "b", "c", "d", "e");
        assertThat(String.join(
                        " ", repository.get("tags/list?" + parameters).is(200).tags()))
                .isEqualTo(tags);
    }

    @Spec("Listing Tags")
    default void noTagsAreAskedForAndNoneAreListed() {
        OciAnswer list = tagged("a", "b").get("tags/list?n=0").is(200);
        assertThat(list.tags()).isEmpty();
        assertThat(list.next()).isEmpty();
    }

    @Spec("Listing Tags")
    default void linksLeadThroughAllTags() {
        OciRepository repository = tagged("a", "b", "c", "d", "e");
        List<String> all = new ArrayList<>();
        List<Integer> pages = new ArrayList<>();
        Optional<URI> next = Optional.of(repository.uri("tags/list?n=2"));
        while (next.isPresent()) {
            OciAnswer page = repository.get(next.get()).is(200);
            all.addAll(page.tags());
            pages.add(page.tags().size());
            next = page.next();
        }
        assertThat(all).containsExactly("a", "b", "c", "d", "e");
        assertThat(pages).containsExactly(2, 2, 1);
    }

    @Spec("Listing Tags")
    default void tagsOfARepositoryThatIsAbsentAreNotFound() {
        repository().get("tags/list").refuses(404, "NAME_UNKNOWN");
    }

    // ---- referrers

    @Spec("Listing Referrers")
    default void referrersAreListedAsAnIndexOfTheirDescriptors() {
        OciRepository repository = repository();
        Descriptor subject = repository.image("subject").descriptor();
        OciDocument sbom = repository.referrer(SBOM, subject);
        OciAnswer list =
                repository.get("referrers/" + subject.digest()).is(200).has("Content-Type", MediaTypes.IMAGE_INDEX);
        assertThat(list.manifests()).singleElement().satisfies(listed -> {
            assertThat(listed.digest()).isEqualTo(sbom.digest());
            assertThat(listed.mediaType()).isEqualTo(MediaTypes.IMAGE_MANIFEST);
            assertThat(listed.size()).isEqualTo(sbom.bytes().length);
            assertThat(listed.artifactType()).contains(SBOM);
            assertThat(listed.annotations()).isEqualTo(Map.of(TITLE, "refers"));
        });
    }

    @Spec("Listing Referrers")
    default void referrerWithoutAnArtifactTypeHasThatOfItsConfig() {
        OciRepository repository = repository();
        repository.blob(CONFIG);
        Descriptor subject = repository.image("subject").descriptor();
        OciDocument untyped = OciDocument.referrer(Optional.empty(), "untyped", subject);
        OciDocument index = OciDocument.index(Optional.empty(), List.of(), Optional.of(subject));
        OciDocument typed = OciDocument.index(Optional.of(SIGNATURE), List.of(), Optional.of(subject));
        for (OciDocument referrer : List.of(untyped, index, typed)) {
            repository.pushed(referrer.digest(), referrer);
        }
        assertThat(repository.get("referrers/" + subject.digest()).is(200).manifests())
                .extracting(Descriptor::digest, Descriptor::artifactType)
                .containsExactlyInAnyOrder(
                        tuple(untyped.digest(), Optional.of(MediaTypes.EMPTY_JSON)),
                        tuple(index.digest(), Optional.empty()),
                        tuple(typed.digest(), Optional.of(SIGNATURE)));
    }

    @Spec("Listing Referrers")
    default void referrersOfWhatHasNoneAreAnEmptyList() {
        OciRepository repository = repository();
        OciDocument image = repository.image("subject");
        for (Digest subject : List.of(image.digest(), Digest.of(newBlob(10)))) {
            assertThat(repository
                            .get("referrers/" + subject)
                            .is(200)
                            .has("Content-Type", MediaTypes.IMAGE_INDEX)
                            .manifests())
                    .isEmpty();
        }
    }

    @Spec("Listing Referrers")
    default void referrersAreFilteredByTheirArtifactType() {
        OciRepository repository = repository();
        Descriptor subject = repository.image("subject").descriptor();
        OciDocument sbom = repository.referrer(SBOM, subject);
        OciDocument signature = repository.referrer(SIGNATURE, subject);
        Map<String, List<Digest>> table = Map.of(
                SBOM, List.of(sbom.digest()), SIGNATURE, List.of(signature.digest()), "application/x-none", List.of());
        table.forEach((type, expected) -> {
            OciAnswer list = repository
                    .get("referrers/" + subject.digest() + "?artifactType=" + type)
                    .is(200)
                    .has("OCI-Filters-Applied", "artifactType");
            assertThat(list.manifests()).extracting(Descriptor::digest).isEqualTo(expected);
        });
        assertThat(repository.referrers(subject.digest())).containsExactlyInAnyOrder(sbom.digest(), signature.digest());
    }

    @Spec("Listing Referrers")
    default void referrersThatCameBeforeTheirSubjectAreListed() {
        OciRepository repository = repository();
        OciDocument subject = OciDocument.index(repository.image("child").descriptor());
        OciDocument early = repository.referrer(SBOM, subject.descriptor());
        repository.pushed("subject", subject);
        assertThat(repository.referrers(subject.digest())).containsExactly(early.digest());
    }

    @Spec("Listing Referrers")
    default void referrersOfAnotherRepositoryAreNotListed() {
        OciRepository repository = repository();
        OciDocument subject = repository.pushed("subject", OciDocument.index());
        OciRepository other = repository();
        other.pushed("subject", subject);
        other.referrer(SBOM, subject.descriptor());
        assertThat(repository.referrers(subject.digest())).isEmpty();
    }

    @Spec("Listing Referrers")
    default void referrersOfASha512AreListed() {
        OciRepository repository = repository();
        OciDocument image = OciDocument.index();
        repository.pushed(image.sha512(), image);
        OciDocument sbom =
                repository.referrer(SBOM, Descriptor.of(image.mediaType(), image.sha512(), image.bytes().length));
        assertThat(repository.referrers(image.sha512())).containsExactly(sbom.digest());
    }

    @Spec("Referrers Tag Schema")
    default void referrersTagIsPushedPulledAndMovedAsAnyTag() {
        OciRepository repository = repository();
        OciDocument subject = repository.image("subject");
        String tag = "sha256-" + subject.digest().hex();
        List<Descriptor> listed = new ArrayList<>();
        for (String type : List.of(SBOM, SIGNATURE)) {
            listed.add(repository.referrer(type, subject.descriptor()).descriptor());
            OciDocument list = repository.pushed(tag, OciDocument.index(listed.toArray(Descriptor[]::new)));
            repository.get("manifests/" + tag).is(200).holds(list.bytes());
        }
    }

    @Spec("Enabling the Referrers API")
    default void referrersOfTheTagAreListedByTheApi() {
        OciRepository repository = repository();
        OciDocument subject = repository.image("subject");
        OciDocument sbom = repository.referrer(SBOM, subject.descriptor());
        repository.pushed("sha256-" + subject.digest().hex(), OciDocument.index(sbom.descriptor()));
        assertThat(repository.referrers(subject.digest())).containsExactly(sbom.digest());
    }

    /// A repository of one image with these tags.
    private OciRepository tagged(String... tags) {
        OciRepository repository = repository();
        OciDocument image = repository.image(tags[0]);
        for (String tag : tags) {
            repository.pushed(tag, image);
        }
        return repository;
    }
}
