package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A store in S3 when the network to it breaks.
class S3FaultsTest {

    private static final int ALWAYS = 1000;

    private final Blob blob = Blob.random(BlobStoreContract.SEVERAL_PARTS);
    private final String bucket = "faults-" + UUID.randomUUID();
    private CuttingProxy network;
    private S3Store store;

    @BeforeEach
    void open() throws IOException {
        network = new CuttingProxy(S3Proxy.running().endpoint());
        store = S3Store.open(
                new StorageConfig.S3(
                        network.endpoint(),
                        "us-east-1",
                        bucket,
                        S3Proxy.CREDENTIALS,
                        true,
                        new StorageConfig.Delivery.Proxied(),
                        StorageConfig.S3.MIN_PART_BYTES,
                        1,
                        StoreLimits.DEFAULT),
                StoreListener.SILENT);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        network.close();
    }

    @Test
    void aCutInsideAPartIsMendedByATryMore() throws Exception {
        network.cutRequests("partNumber=2", 1);

        blob.putInto(store);

        assertStored();
    }

    @Test
    void aNetworkThatStaysBrokenBetweenPartsLeavesNothingVisible() throws Exception {
        network.cutRequests("partNumber=2", ALWAYS);

        assertThatThrownBy(() -> blob.putInto(store))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("could not write a part of " + S3Keys.blob(blob.digest()));

        network.cutRequests("", 0);
        assertThat(blob.findIn(store)).isEmpty();
        blob.putInto(store);
        assertStored();
    }

    @Test
    void whatCouldNotBeAbortedEitherIsDroppedLater() throws Exception {
        network.cutRequests("uploadId=", ALWAYS);
        assertThatThrownBy(() -> blob.putInto(store)).isInstanceOf(IOException.class);
        network.cutRequests("", 0);

        assertThat(store.dropAbandoned(Instant.now().plus(Duration.ofHours(1)))).isEqualTo(1);

        assertThat(store.dropAbandoned(Instant.now().plus(Duration.ofHours(1)))).isZero();
        assertThat(blob.findIn(store)).isEmpty();
    }

    @Test
    void aCompletionWhoseAnswerWasLostCounts() throws Exception {
        network.loseAnswers("POST /" + bucket + "/" + S3Keys.blob(blob.digest()) + "?uploadId=", 1);

        blob.putInto(store);

        assertThat(network.cutsLeft()).isZero();
        assertStored();
    }

    @Test
    void aChunkWhoseAnswerWasLostIsWrittenAgain() throws Exception {
        UUID upload = store.uploads().begin();
        network.loseAnswers("PUT /" + bucket + "/" + S3Keys.session(upload) + "0000", 1);

        assertThat(store.uploads().append(upload, 0, blob.stream())).isEqualTo(blob.size());

        assertThat(network.cutsLeft()).isZero();
        assertThat(store.uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored();
    }

    @Test
    void anAppendThroughABrokenNetworkGoesOnWhereItStands() throws Exception {
        UUID upload = store.uploads().begin();
        network.cutRequests(S3Keys.session(upload) + "%016x".formatted(StorageConfig.S3.MIN_PART_BYTES), ALWAYS);
        assertThatThrownBy(() -> store.uploads().append(upload, 0, blob.stream()))
                .isInstanceOf(IOException.class);
        network.cutRequests("", 0);

        int offset = (int) store.uploads().offset(upload);
        assertThat(offset).isEqualTo(StorageConfig.S3.MIN_PART_BYTES);
        store.uploads().append(upload, offset, blob.streamOf(offset, blob.size()));

        assertThat(store.uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored();
    }

    @Test
    void aCommitThroughABrokenNetworkCanBeTriedAgain() throws Exception {
        UUID upload = store.uploads().begin();
        store.uploads().append(upload, 0, blob.stream());
        network.cutRequests("partNumber=2", ALWAYS);
        assertThatThrownBy(() -> store.uploads().commit(upload, blob.digest())).isInstanceOf(IOException.class);
        network.cutRequests("", 0);

        assertThat(store.uploads().commit(upload, blob.digest())).isEqualTo(blob.size());
        assertStored();
    }

    @Test
    void aStorageThatDoesNotAnswerIsNamedInASentence() throws Exception {
        network.close();

        assertThatThrownBy(() -> blob.findIn(store))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("could not look at " + S3Keys.blob(blob.digest()))
                .hasMessageContaining(network.endpoint().toString());
    }

    private void assertStored() throws IOException {
        try (InputStream bytes =
                store.read(blob.digest(), blob.size(), Range.WHOLE).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(blob.bytes());
        }
    }
}
