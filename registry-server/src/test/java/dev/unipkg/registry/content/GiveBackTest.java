package dev.unipkg.registry.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a refused document names is given back, however much that is.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class GiveBackTest {

    private static final int MANY = 150;

    @Inject
    TestKeys keys;

    @Inject
    Everything everything;

    @Inject
    EntityManager database;

    private Pusher pusher = new Pusher("", "");

    @BeforeEach
    void logIn() {
        pusher = new Pusher(keys.publisher("back"), "back/given");
    }

    @Test
    void thousandsOfDigestsTakeAFewHundredStatements() {
        byte[] document = naming(IntStream.range(0, 9_000).mapToObj(i -> digest("nowhere " + i)));
        Statistics statistics =
                database.getEntityManagerFactory().unwrap(SessionFactory.class).getStatistics();
        statistics.setStatisticsEnabled(true);
        statistics.clear();

        refused(document);

        assertThat(statistics.getPrepareStatementCount()).isPositive().isLessThan(600);
        statistics.setStatisticsEnabled(false);
    }

    @Test
    void moreBlobsThanOneTransactionDropsAreAllGivenBack() {
        Everything.Snapshot before = everything.snapshot();
        byte[] document = naming(bringMany());
        refused(document);
        assertThat(everything.snapshot()).isEqualTo(before);
    }

    @Test
    void aBlobThatTwoPushesBroughtStaysUntilBothWereRefused() {
        Everything.Snapshot before = everything.snapshot();
        bringMany();
        byte[] document = naming(bringMany());
        Everything.Snapshot brought = everything.snapshot();
        refused(document);
        assertThat(everything.snapshot()).isEqualTo(brought);
        refused(document);
        assertThat(everything.snapshot()).isEqualTo(before);
    }

    @Test
    void refusalsOfOneDocumentAtOnceLeaveNothingAndNoneFails() throws Exception {
        Everything.Snapshot before = everything.snapshot();
        byte[] document = new byte[0];
        for (int i = 0; i < 4; i++) {
            document = naming(bringMany());
        }
        byte[] same = document;
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> status : threads.invokeAll(List.<Callable<Integer>>of(
                    () -> status(same), () -> status(same), () -> status(same), () -> status(same)))) {
                assertThat(status.get()).isEqualTo(400);
            }
        }
        assertThat(everything.snapshot()).isEqualTo(before);
    }

    private Stream<Digest> bringMany() {
        return IntStream.range(0, MANY)
                .mapToObj(i -> pusher.blob(("brought " + i).getBytes(StandardCharsets.UTF_8)))
                .toList()
                .stream();
    }

    private void refused(byte[] document) {
        assertThat(status(document)).isEqualTo(400);
    }

    private int status(byte[] document) {
        return pusher.manifest("1.0", document).extract().statusCode();
    }

    /// A document that is no manifest, but says that it is made of these layers.
    private static byte[] naming(Stream<Digest> digests) {
        return digests.map(digest -> "{\"digest\":\"" + digest + "\"}")
                .collect(Collectors.joining(",", "{\"layers\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
