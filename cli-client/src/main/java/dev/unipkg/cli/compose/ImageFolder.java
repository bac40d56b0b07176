package dev.unipkg.cli.compose;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The folder of one image: its files, and `image.json`, which says what they are and what went into them. The
/// folder appears by rename when all of it is written.
///
/// An image is not synced to the disk, which would take longer than composing it. So it counts only until the
/// machine it was made on starts again, whose kernel may have lost its last writes; then it is composed anew.
final class ImageFolder {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /// The file that says what the image is and what went into it. Its time of change tells when it was last used.
    static final String ABOUT = "image.json";
    private static final String DRAFT = ".draft-";
    // Far longer than any composing takes.
    private static final Duration DRAFT_KEPT = Duration.ofHours(1);

    private final Path folder;

    ImageFolder(Path folder) {
        this.folder = folder;
    }

    /// Composes an image into a folder.
    interface Composing {
        Image into(Path folder) throws IOException;
    }

    /// The image, if it is there and whole.
    Optional<Image> find() throws IOException {
        try {
            Fields about = Json.parseObject(Files.readAllBytes(folder.resolve(ABOUT)), JsonLimits.DEFAULT);
            if (!isOfThisBoot(about)) {
                return Optional.empty();
            }
            Optional<Image> found = Optional.of(image(about));
            noteUse();
            return found;
        } catch (NoSuchFileException | RefusedException e) {
            return Optional.empty();
        }
    }

    /// Whether an image was made since the host started.
    static boolean isOfThisBoot(Fields about) throws IOException {
        return about.text("boot").equals(bootId());
    }

    private void noteUse() throws IOException {
        try {
            Files.setLastModifiedTime(folder.resolve(ABOUT), FileTime.from(Instant.now()));
        } catch (AccessDeniedException e) {
            // A shelf that may only be read keeps no account of uses.
            return;
        }
    }

    /// Composes the image and makes it visible.
    Image fill(Json.Obj inputs, Composing composing) throws IOException {
        Path draft = folder.resolveSibling(DRAFT + UUID.randomUUID());
        Files.createDirectories(draft);
        try {
            Image image = composing.into(draft);
            var about = Json.object().put("boot", bootId()).put("inputs", inputs);
            switch (image) {
                case Image.Disk(Path file, Optional<Path> kernel) ->
                    about.put("disk", name(file)).putIfPresent("kernel", kernel.map(ImageFolder::name));
                case Image.KernelAndInitrd(
                        Path kernel,
                        Path initrd,
                        Optional<Path> disk,
                        String commandLine,
                        long unpackedBytes) ->
                    about.put("kernel", name(kernel))
                            .put("initrd", name(initrd))
                            .putIfPresent("root", disk.map(ImageFolder::name))
                            .put("commandLine", commandLine)
                            .put("unpackedBytes", unpackedBytes);
                case Image.Unikernel(Path kernel, Optional<Path> initrd, String commandLine) ->
                    about.put("unikernel", name(kernel))
                            .putIfPresent("initrd", initrd.map(ImageFolder::name))
                            .put("commandLine", commandLine);
            }
            Files.write(draft.resolve(ABOUT), about.build().toBytes());
            // The folder is from before the host's last boot, or damaged. The caller holds the claim.
            delete(folder);
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(draft);
        }
        return find().orElseThrow(() -> new IOException("the image vanished while it was made: " + folder));
    }

    /// Removes what killed commands left among the images.
    static void sweep(Path images) throws IOException {
        if (!Files.isDirectory(images)) {
            return;
        }
        Instant old = Instant.now().minus(DRAFT_KEPT);
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(images, DRAFT + "*")) {
            for (Path draft : drafts) {
                if (Files.getLastModifiedTime(draft).toInstant().isBefore(old)) {
                    delete(draft);
                }
            }
        }
    }

    private Image image(Fields about) throws RefusedException {
        Optional<Path> unikernel = about.optionalText("unikernel").map(folder::resolve);
        if (unikernel.isPresent()) {
            return new Image.Unikernel(
                    unikernel.get(), about.optionalText("initrd").map(folder::resolve), about.text("commandLine"));
        }
        Optional<Path> kernel = about.optionalText("kernel").map(folder::resolve);
        Optional<String> disk = about.optionalText("disk");
        return disk.isPresent()
                ? new Image.Disk(folder.resolve(disk.get()), kernel)
                : new Image.KernelAndInitrd(
                        folder.resolve(about.text("kernel")),
                        folder.resolve(about.text("initrd")),
                        about.optionalText("root").map(folder::resolve),
                        about.text("commandLine"),
                        about.number("unpackedBytes", 0, Json.Num.MAX));
    }

    static void delete(Path folder) throws IOException {
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
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static String bootId() throws IOException {
        return Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
