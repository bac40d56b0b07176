package dev.unipkg.cli.machine.instance;

import dev.unipkg.cli.machine.console.Console;
import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.format.Arch;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Instances whose machines are processes that the test chooses.
public final class SampleInstance {
    /// A process that has ended long ago.
    public static final HostProcess NOBODY =
            new HostProcess(4_000_000, HostProcess.current().boot(), 1);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private SampleInstance() {}

    /// A new folder among `instances`, without a record.
    static InstanceFolder folder(Path instances) throws IOException {
        return folder(instances, "web-" + NUMBER.incrementAndGet());
    }

    static InstanceFolder folder(Path instances, String name) throws IOException {
        Files.createDirectories(instances);
        return new InstanceFolder(Files.createDirectory(
                instances.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    }

    static Instance record(String name, boolean left, HostProcess pkg, HostProcess qemu) {
        List<PortForward> forwards = List.of(PortForward.parse("8080:80"), PortForward.parse("0.0.0.0:53:53/udp"));
        return new Instance(
                new InstanceName(name),
                new Instance.Order("library/nginx:1.22", List.of("library/nginx:1.22"), "http://localhost:1"),
                new Instance.Setup(
                        "q35",
                        Arch.X86_64,
                        new Memory(256),
                        2,
                        forwards,
                        Path.of("/shelf/images/ab"),
                        ExitReport.CONSOLE),
                Instant.now(),
                left,
                pkg,
                Optional.of(new Instance.Started(Accelerator.TCG, false, qemu, qemu, Instant.now(), Optional.empty())));
    }

    /// A detached instance on the shelf in `home` whose machine is `process`.
    ///
    /// @return its folder
    public static Path running(Path home, String name, Process process) throws IOException {
        return detached(home, name, HostProcess.of(process.toHandle()));
    }

    /// A detached instance on the shelf in `home` that has ended.
    ///
    /// @param exitCode as its Linux guest reported it
    /// @return its folder
    public static Path ended(Path home, String name, int exitCode) throws IOException {
        Path folder = detached(home, name, NOBODY);
        Files.writeString(folder.resolve(QemuLaunch.LOG), "");
        Files.writeString(folder.resolve(QemuLaunch.EXIT), "0\n");
        Files.writeString(folder.resolve(ConsoleFiles.CURRENT), "hello\n\r\n" + Console.EXIT_LINE + exitCode + "\r\n");
        return folder;
    }

    private static Path detached(Path home, String name, HostProcess qemu) throws IOException {
        InstanceFolder folder = folder(home.resolve("instances"), name);
        folder.write(record(name, true, NOBODY, qemu));
        return folder.path();
    }

    /// All instances with a record among `instances`.
    public static List<Instance> all(Path instances) throws IOException {
        List<Instance> all = new ArrayList<>();
        Files.createDirectories(instances);
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(instances)) {
            for (Path folder : folders) {
                if (new InstanceFolder(folder).read() instanceof InstanceRecord.Whole(Instance instance)) {
                    all.add(instance);
                }
            }
        }
        return all;
    }

    /// The folder of an instance among `instances`.
    public static InstanceFolder folderOf(Path instances, Instance instance) {
        return new InstanceFolder(instances.resolve(instance.name().text()));
    }

    /// Kills the machine of an instance.
    public static void kill(Instance instance) {
        instance.kill();
    }

    /// Sweeps the abandoned ones of `instances`, as a pkg does that boots another.
    public static void sweep(Path instances) throws IOException {
        AbandonedInstances.sweep(instances);
    }

    /// The process that is the machine of an instance.
    public static ProcessHandle machine(Instance instance) {
        return instance.boot().orElseThrow().qemu().find().orElseThrow();
    }
}
