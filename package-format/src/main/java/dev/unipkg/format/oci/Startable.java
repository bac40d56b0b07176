package dev.unipkg.format.oci;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.elf.ElfFile;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/// The rules that a build must keep so that its program can ever start and be found ready. `pkg build` and the registry
/// apply them; readers of builds that exist do not.
public final class Startable {

    private Startable() {}

    /// Requires enough memory for a kernel to boot, and a readiness port that the program listens on.
    ///
    /// @throws RefusedException naming the setting
    public static void requireSettings(ImageConfig config) throws RefusedException {
        UnikernelSettings settings = config.unikernel();
        long memory = settings.memoryBytes();
        if (memory > 0 && memory < UnikernelSettings.MIN_MEMORY_BYTES) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "memory",
                            "is " + memory + " bytes; expected at least " + UnikernelSettings.MIN_MEMORY_BYTES
                                    + ", which is 16M")
                    .asException();
        }
        OptionalInt port = settings.readiness().map(Readiness::guestPort).orElse(OptionalInt.empty());
        if (port.isPresent() && !listens(config.execution(), port.getAsInt())) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "readiness",
                            "asks port " + port.getAsInt() + ", which is not among the ports; add it to ports")
                    .asException();
        }
    }

    private static boolean listens(Execution execution, int port) {
        return execution.exposedPorts().contains(port + "/tcp")
                || execution.exposedPorts().contains(Integer.toString(port));
    }

    /// Requires a program that is there, executable, whole, no shared library, and for the build's architecture.
    ///
    /// @param tree the layers over each other
    public static void requireProgram(ImageConfig config, FileTree tree) throws IOException {
        String program = config.execution().program();
        Optional<Node> found = tree.resolve(program).map(FileTree.Found::node);
        if (program.isEmpty() || !(found.orElse(null) instanceof Node.File file)) {
            throw new ProgramRefusal.NoProgram(program).asException();
        }
        ElfFile elf = ElfFile.read(program, file.content());
        if (elf.arch() != config.arch()) {
            throw new ProgramRefusal.OtherArch(
                            program, config.arch(), elf.arch().toString())
                    .asException();
        }
        if (elf.kind() == ElfFile.Kind.LIBRARY) {
            throw new ProgramRefusal.SharedLibrary(program).asException();
        }
        if (!file.executable()) {
            throw new ProgramRefusal.NotExecutable(program).asException();
        }
    }
}
