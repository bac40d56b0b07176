package dev.unipkg.cli.training;

import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.instance.ExitReport;
import dev.unipkg.cli.machine.instance.HostProcess;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes the records of two instances: one that runs, whose machine is this process, and one that has ended.
final class SampleInstances {
    private SampleInstances() {}

    static void put(Path home) throws IOException {
        HostProcess current = HostProcess.current();
        write(home, "running", current);
        Path ended = write(home, "ended", new HostProcess(current.pid(), current.boot(), 1));
        Files.writeString(ended.resolve("console.log"), "hello\n\r\nunipkg-exit: 0\r\n");
        Files.writeString(ended.resolve("qemu.log"), "");
        Files.writeString(ended.resolve("exit"), "0\n");
    }

    private static Path write(Path home, String name, HostProcess machine) throws IOException {
        Path folder = Files.createDirectories(home.resolve("instances").resolve(name));
        Instant now = Instant.now();
        Instance instance = new Instance(
                new InstanceName(name),
                new Instance.Order("acme/tool:1.0", List.of("acme/tool:1.0", "--kernel=linux:1.0"), "http://localhost"),
                new Instance.Setup(
                        "q35",
                        Arch.X86_64,
                        new Memory(256),
                        1,
                        List.of(PortForward.parse("8080:80")),
                        home.resolve("images").resolve("ab"),
                        ExitReport.CONSOLE),
                now,
                true,
                machine,
                Optional.of(new Instance.Started(Accelerator.TCG, false, machine, machine, now, Optional.of(100L))));
        Files.writeString(folder.resolve("instance.json"), instance.toJson().toPrettyString());
        return folder;
    }
}
