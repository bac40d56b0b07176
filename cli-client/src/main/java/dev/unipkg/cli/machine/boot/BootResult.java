package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.output.Failure;
import java.nio.file.Path;
import java.util.Optional;

/// The result of [Boot#run].
public sealed interface BootResult {
    /// The instance ended, and pkg is to end with this code.
    ///
    /// @param guest the exit code of the guest's program, where it told one
    record Exit(int code, Optional<Integer> guest) implements BootResult {
        /// The program's own code.
        Exit(int code) {
            this(code, Optional.of(code));
        }
    }

    /// The instance runs on without pkg.
    ///
    /// @param pid the process id of its QEMU
    /// @param folder where everything about it is, by absolute path
    /// @param console the file with the end of its console
    /// @param readyMillis from its start until it was ready; empty where it is not, or no probe ran
    /// @param late why it was not ready in time, where it was not
    record LeftRunning(
            String name, long pid, Path folder, Path console, Optional<Long> readyMillis, Optional<Failure> late)
            implements BootResult {}
}
