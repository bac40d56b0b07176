package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Every [BlobStore] after a process that used it was killed.
interface AbruptStopContract {

    Blob BLOB = OtherProcess.blob();

    BlobStore store();

    void open() throws Exception;

    void close() throws Exception;

    List<String> leftovers() throws Exception;

    /// The place of the store, as arguments for [OtherProcess].
    List<String> place();

    /// Does at once what the store does by itself when abandoned parts have reached their age.
    void sweepAbandoned() throws Exception;

    @Test
    default void aPutThatWasStoppedInTheMiddleLeavesNothingAndCanBeDoneAgain() throws Exception {
        close();
        assertThat(OtherProcess.run("put-and-halt", place()).status()).isEqualTo(OtherProcess.HALTED);
        open();
        sweepAbandoned();

        assertThat(BLOB.findIn(store())).isEmpty();
        assertThat(leftovers()).isEmpty();
        BLOB.putInto(store());
    }

    @Test
    default void anUploadGoesOnWhereAStoppedProcessLeftIt() throws Exception {
        UUID upload = store().uploads().begin();
        close();
        assertThat(OtherProcess.run("append-and-halt " + upload, place()).status())
                .isEqualTo(OtherProcess.HALTED);
        open();

        int kept = (int) store().uploads().offset(upload);
        assertThat(kept).isBetween(5 << 20, OtherProcess.HALTS_AFTER);
        store().uploads().append(upload, kept, BLOB.streamOf(kept, BLOB.size()));

        assertThat(store().uploads().commit(upload, BLOB.digest())).isEqualTo(BLOB.size());
        try (InputStream bytes =
                store().read(BLOB.digest(), BLOB.size(), Range.WHOLE).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo(BLOB.bytes());
        }
        assertThat(leftovers()).isEmpty();
    }
}
