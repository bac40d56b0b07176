package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PartBuffersTest {

    private static final int PART = 1 << 20;

    private final PartBuffers buffers = new PartBuffers(1, PART);
    private final Blob blob = Blob.random(PART + 1);

    @Test
    void aStreamIsReadPartByPart() throws IOException {
        InputStream stream = blob.stream();
        try (PartBuffers.Filled first = buffers.read(stream)) {
            assertThat(first.bytes()).isEqualTo(blob.part(0, PART));
            assertThat(first.length()).isEqualTo(PART);
            assertThat(first.ended()).isFalse();
        }
        try (PartBuffers.Filled second = buffers.read(stream)) {
            assertThat(second.length()).isEqualTo(1);
            assertThat(second.bytes()[0]).isEqualTo(blob.bytes()[PART]);
            assertThat(second.ended()).isTrue();
            second.requireWhole();
        }
    }

    @Test
    void littleNeedsNoPlace() throws IOException {
        try (PartBuffers.Filled held = buffers.read(blob.stream());
                PartBuffers.Filled little = buffers.read(new ByteArrayInputStream(blob.bytes(), 0, 1000))) {
            assertThat(held.length()).isEqualTo(PART);
            assertThat(little.length()).isEqualTo(1000);
            assertThat(little.ended()).isTrue();
        }
    }

    @Test
    void whoHasMoreWaitsUntilAPlaceIsFree() throws Exception {
        CompletableFuture<Integer> waiting = new CompletableFuture<>();
        Thread second;
        try (PartBuffers.Filled held = buffers.read(blob.stream())) {
            second = Thread.ofPlatform().start(() -> {
                try (PartBuffers.Filled part = buffers.read(blob.stream())) {
                    waiting.complete(part.length());
                } catch (IOException e) {
                    waiting.completeExceptionally(e);
                }
            });
            while (second.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(held.length()).isEqualTo(PART);
            assertThat(waiting).isNotDone();
        }
        assertThat(waiting.get()).isEqualTo(PART);
        second.join();
    }

    @Test
    void whoIsInterruptedWhileWaitingIsTold() throws IOException {
        try (PartBuffers.Filled held = buffers.read(blob.stream())) {
            assertThat(held.length()).isEqualTo(PART);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> buffers.read(blob.stream()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("interrupted while waiting for the memory of a part");

            assertThat(Thread.interrupted()).isTrue();
        }
        requireFree();
    }

    @Test
    void aStreamThatFailsGivesItsPlaceBackWithWhatCameBefore() throws IOException {
        PartBuffers.Filled part = buffers.read(blob.failingAfter(PART / 2));
        assertThat(part.length()).isEqualTo(PART / 2);
        assertThat(part.ended()).isTrue();

        assertThatThrownBy(part::requireWhole).hasMessage("the client went away");

        requireFree();
        part.close();
        requireFree();
    }

    @Test
    void aStreamThatBreaksGivesItsPlaceBack() throws IOException {
        InputStream broken = new java.io.SequenceInputStream(blob.streamOf(0, PART / 2), new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("broken");
            }
        });

        assertThatThrownBy(() -> buffers.read(broken)).hasMessage("broken");

        requireFree();
    }

    /// One place, not none and not two.
    private void requireFree() throws IOException {
        try (PartBuffers.Filled held = buffers.read(blob.stream())) {
            assertThat(held.length()).isEqualTo(PART);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> buffers.read(blob.stream())).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
