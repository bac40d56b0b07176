package dev.unipkg.storage;

import dev.unipkg.format.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Checks a folder by a small store inside it, whether or not another process uses the folder's own.
final class FolderCheck {

    private static final int SIZE = 1 << 20;

    private final BlobStore store;
    private final byte[] bytes = new byte[SIZE];
    private final Digest digest;

    private FolderCheck(BlobStore store) {
        this.store = store;
        new Random().nextBytes(bytes);
        this.digest = Digest.of(bytes);
    }

    static StoreCheck.Report of(StorageConfig.Folder config) throws IOException {
        Path inside = config.root().resolve("check-" + UUID.randomUUID());
        try (BlobStore store = BlobStore.open(new StorageConfig.Folder(inside, config.limits()))) {
            FolderCheck check = new FolderCheck(store);
            return new StoreCheck.Report(
                    "the folder " + config.root().toAbsolutePath().normalize(),
                    List.of(
                            StoreCheck.result("write, sync, rename, sync of the directory", check::write),
                            StoreCheck.result("read after write", () -> check.read(Range.WHOLE)),
                            StoreCheck.result("ranges", () -> check.read(new Range(100, 1000))),
                            StoreCheck.result("overwrite by rename", check::overwrite),
                            StoreCheck.result("list", check::list),
                            StoreCheck.result("delete", check::delete),
                            StoreCheck.result("free space", check::freeSpace)));
        } finally {
            delete(inside);
        }
    }

    private String write() throws IOException {
        store.put(digest, SIZE, new ByteArrayInputStream(bytes));
        return store.find(digest, SIZE).isPresent() ? "" : "expected a file of 1 MiB, got none of that length";
    }

    private String read(Range range) throws IOException {
        Optional<InputStream> opened = store.read(digest, SIZE, range);
        if (opened.isEmpty()) {
            return "expected the file, got none of its length";
        }
        int from = (int) range.offset();
        int to = from + (int) range.lengthIn(SIZE);
        try (InputStream in = opened.get()) {
            return StoreCheck.compare(Digest.of(Arrays.copyOfRange(bytes, from, to)), Digest.of(in.readAllBytes()));
        }
    }

    private String overwrite() throws IOException {
        store.put(digest, SIZE, new ByteArrayInputStream(bytes));
        return read(Range.WHOLE);
    }

    private String list() throws IOException {
        List<Digest> listed = new ArrayList<>();
        store.list(Optional.empty(), (shown, _, _) -> listed.add(shown));
        return StoreCheck.compare(List.of(digest), listed);
    }

    private String delete() throws IOException {
        store.delete(digest);
        return store.find(digest, SIZE).isPresent() ? "expected no file, got it" : "";
    }

    private String freeSpace() throws IOException {
        store.check();
        return store.freeBytes().orElse(0) > 0 ? "" : "expected room beside the reserve, got none";
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
