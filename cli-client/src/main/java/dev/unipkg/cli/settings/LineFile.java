package dev.unipkg.cli.settings;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.UnaryOperator;

/// A small file of lines that only its owner can read. Several pkgs may change it at once: updates are never
/// lost, and readers never see half of it.
public record LineFile(Path file) {
    public LineFile {
        file = file.toAbsolutePath();
    }

    /// Its lines; none where there is no such file.
    public List<String> lines() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// Replaces its lines by what `change` makes of them.
    public void change(UnaryOperator<List<String>> change) throws IOException {
        Files.createDirectories(file.getParent());
        // The lock is another file, as this one is replaced. It keeps out other processes, the monitor other threads.
        synchronized (LineFile.class) {
            try (FileChannel lock =
                    FileChannel.open(file.resolveSibling("." + file.getFileName() + ".lock"), CREATE, WRITE)) {
                lock.lock();
                replace(change.apply(lines()));
            }
        }
    }

    private void replace(List<String> lines) throws IOException {
        // Java makes temporary files for their owner only.
        Path draft = Files.createTempFile(file.getParent(), "." + file.getFileName(), "");
        try {
            Files.write(draft, lines);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
