package dev.unipkg.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreCheckTest {

    @TempDir
    Path folder;

    @Test
    void folderIsGoodAndKeepsNothingOfTheCheck() throws IOException {
        StoreCheck.Report report = StoreCheck.of(new StorageConfig.Folder(folder));

        assertThat(report.isGood()).as(report.toString()).isTrue();
        assertThat(report.toString())
                .startsWith("storage: the folder " + folder + "\n\n  write, sync, rename")
                .contains("\n  ranges  ")
                .endsWith("\n7 checked, 0 wrong\n");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void folderOfARunningServerCanBeChecked() throws IOException {
        try (BlobStore _ = BlobStore.open(new StorageConfig.Folder(folder))) {
            assertThat(StoreCheck.of(new StorageConfig.Folder(folder)).isGood()).isTrue();
        }
    }

    @Test
    void folderThatCannotBeMadeIsAFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        assertThatThrownBy(() -> StoreCheck.of(new StorageConfig.Folder(file))).isInstanceOf(IOException.class);
    }

    @Test
    void realS3ServerIsGoodAndKeepsNothingOfTheCheck() throws IOException {
        StorageConfig.S3 config = s3(S3Proxy.running().endpoint());

        StoreCheck.Report report = StoreCheck.of(config);

        assertThat(report.isGood()).as(report.toString()).isTrue();
        assertThat(report.toString())
                .startsWith("storage: the bucket " + config.bucket() + " at " + config.endpoint())
                .contains("\n  read after write  ")
                .endsWith("\n19 checked, 0 wrong\n")
                .doesNotContain(S3Proxy.CREDENTIALS.secretKey());
        try (S3Bucket bucket = new S3Bucket(config)) {
            bucket.list("", null, object -> {
                throw new AssertionError(object.objectName() + " is left");
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenPromiseIsFoundWithWhatWasExpectedAndFound(MisbehavingStorage.Fault fault) throws IOException {
        try (MisbehavingStorage storage = new MisbehavingStorage(fault)) {
            StoreCheck.Report report = StoreCheck.of(s3(storage.endpoint()));

            assertThat(report.isGood()).as(report.toString()).isEqualTo(fault == MisbehavingStorage.Fault.NONE);
            if (fault != MisbehavingStorage.Fault.NONE) {
                assertThat(report.results())
                        .filteredOn(result -> result.promise().equals(fault.promise))
                        .singleElement()
                        .satisfies(result -> assertThat(result.wrong()).startsWith("expected "));
                assertThat(report.toString()).contains(fault.promise, "  wrong: expected ");
            }
        }
    }

    private static StorageConfig.S3 s3(URI endpoint) {
        return new StorageConfig.S3(
                endpoint,
                "us-east-1",
                "check-" + UUID.randomUUID(),
                S3Proxy.CREDENTIALS,
                true,
                new StorageConfig.Delivery.Proxied());
    }
}
