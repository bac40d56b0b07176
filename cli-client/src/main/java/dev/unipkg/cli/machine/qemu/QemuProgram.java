package dev.unipkg.cli.machine.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The program of a QEMU.
public final class QemuProgram {
    private QemuProgram() {}

    /// A mark by which a QEMU is known again: its file with its size and time, separated by blanks. Its version is
    /// known only once it runs, and these change with it and cost nothing to read.
    public static String mark(Path qemu) throws IOException {
        Path binary = qemu.toRealPath();
        return binary + " " + Files.size(binary) + " " + Files.getLastModifiedTime(binary);
    }
}
