package dev.unipkg.cli.machine.instance;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.PackageName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The instances of a shelf, each in a folder that has its name. There is no daemon: every pkg reads the folders, and
/// makes, restarts and removes them while it holds a lock.
public final class Instances {
    private static final int NAMES_TRIED = 1000;
    private static final int FOREVER_DAYS = 10_000;

    private final Path root;
    private final Path lock;

    private Instances(Path shelf) {
        this.root = shelf.resolve("instances");
        this.lock = shelf.resolve("locks").resolve("instances");
    }

    /// The instances of the shelf in `shelf`. Makes nothing there.
    public static Instances of(Path shelf) {
        return new Instances(shelf.toAbsolutePath());
    }

    /// An instance and its state.
    ///
    /// @param folder absolute
    public record Snapshot(String name, Path folder, InstanceState state) {
        /// The end of the console of a detached instance.
        public Path console() {
            return folder.resolve(ConsoleFiles.CURRENT);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /// All instances, in the order of their names.
    public List<Snapshot> all() throws IOException {
        return list(true);
    }

    /// The instances that have not ended. The records of those whose exit status is kept are not read.
    public List<Snapshot> notEnded() throws IOException {
        return list(false);
    }

    private List<Snapshot> list(boolean withEnded) throws IOException {
        List<Snapshot> seen = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return seen;
        }
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(root, Instances::isNamed)) {
            inside.forEach(folders::add);
        }
        folders.sort(null);
        for (Path path : folders) {
            look(new InstanceFolder(path), withEnded).ifPresent(seen::add);
        }
        return seen;
    }

    // Any other entry is not of pkg's making, and its name may hold what a shell or a terminal acts on.
    private static boolean isNamed(Path path) {
        return PackageName.isPart(path.getFileName().toString());
    }

    /// The instance of this name.
    ///
    /// @throws Failure when there is none
    public Snapshot require(InstanceName name) throws IOException {
        return look(folder(name)).orElseThrow(() -> none(name));
    }

    private static Optional<Snapshot> look(InstanceFolder folder) throws IOException {
        return look(folder, true);
    }

    private static Optional<Snapshot> look(InstanceFolder folder, boolean withEnded) throws IOException {
        try {
            return InstanceState.of(folder, withEnded).map(state -> new Snapshot(folder.name(), folder.path(), state));
        } catch (NoSuchFileException e) {
            // It was removed meanwhile.
            return Optional.empty();
        }
    }

    static Failure none(InstanceName name) {
        return Failure.notFound("there is no instance " + name).next("see which there are with: pkg ps -a");
    }

    /// Sees that a name is free, before anything is fetched for an instance that is to have it.
    ///
    /// @throws Failure when another instance has it
    public void requireFree(InstanceName name) throws IOException {
        if (Files.exists(folder(name).path(), NOFOLLOW_LINKS)) {
            throw taken(name);
        }
    }

    private Failure taken(InstanceName name) throws IOException {
        boolean ended = look(folder(name))
                .filter(seen -> seen.state() instanceof InstanceState.Ended)
                .isPresent();
        return new Failure(
                        ExitCode.REFUSED,
                        "name-taken",
                        "there is an instance %s already%s".formatted(name, ended ? ", which has ended" : ""))
                .next("choose another --name, or remove it: pkg rm %s%s".formatted(ended ? "" : "-f ", name));
    }

    /// Makes the folder of an instance that may come to be. None of the methods that look for instances finds it. When
    /// this pkg ends it is swept.
    public InstanceFolder draft() throws IOException {
        Files.createDirectories(root);
        Path path = root.resolve(InstanceFolder.DRAFT + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new InstanceFolder(path);
    }

    /// Gives a new instance its record and its name.
    ///
    /// @param draft its folder, which is renamed
    /// @param name a new one is made up where it is empty
    /// @throws Failure when another instance has the name
    public InstanceFolder create(InstanceFolder draft, Optional<InstanceName> name, Instance.Order order, BootPlan plan)
            throws IOException {
        return locked(() -> {
            InstanceName chosen = free(name, order);
            draft.write(new Instance(
                    chosen,
                    order,
                    Instance.Setup.of(plan),
                    Instant.now(),
                    false,
                    HostProcess.current(),
                    Optional.empty()));
            return new InstanceFolder(Files.move(draft.path(), folder(chosen).path(), StandardCopyOption.ATOMIC_MOVE));
        });
    }

    private InstanceName free(Optional<InstanceName> name, Instance.Order order) throws IOException {
        if (name.isPresent()) {
            requireFree(name.get());
            return name.get();
        }
        for (int i = 0; i < NAMES_TRIED; i++) {
            InstanceName made = InstanceName.generate(order.reference());
            if (!Files.exists(folder(made).path(), NOFOLLOW_LINKS)) {
                return made;
            }
        }
        throw Failure.failed("no name is free for an instance of " + order.reference())
                .next("name it with --name, or remove instances that have ended: pkg rm");
    }

    /// Prepares an instance that has ended for another boot with the disk that it had.
    ///
    /// @throws Failure when it is gone, runs, or is not one that this pkg may start
    public InstanceFolder again(InstanceName name, BootPlan plan) throws IOException {
        return locked(() -> {
            Snapshot seen = require(name);
            if (!(seen.state() instanceof InstanceState.Ended(Instance instance, InstanceEnd _))) {
                throw InstanceStop.requireKnown(seen).isRunning()
                        ? Failure.refused("instance-running", name + " runs already")
                        : none(name);
            }
            InstanceFolder folder = new InstanceFolder(seen.folder(), true);
            folder.write(new Instance(
                    name,
                    instance.order(),
                    Instance.Setup.of(plan),
                    instance.created(),
                    true,
                    HostProcess.current(),
                    Optional.empty()));
            return folder;
        });
    }

    /// Removes an instance.
    ///
    /// @param force whether one that runs is killed first, and one whose record is damaged removed
    /// @throws Failure when it is gone, or runs and `force` is not set
    public void remove(InstanceName name, boolean force) throws IOException {
        Snapshot found = require(name);
        boolean killed =
                force && found.state().known().filter(Instance::isRunning).isPresent();
        if (killed) {
            // Outside the lock, as it may take its time.
            InstanceStop.of(found).kill();
        }
        locked(() -> {
            if (killed && look(folder(name)).isEmpty()) {
                // The pkg that watched it has removed it.
                return name;
            }
            Snapshot seen = require(name);
            if (seen.state() instanceof InstanceState.Damaged(String reason)) {
                if (!force) {
                    throw Failure.failed("the record of %s is damaged: %s".formatted(name, reason))
                            .next("remove it all the same: pkg rm -f " + name);
                }
                InstanceStop.quit(new InstanceFolder(seen.folder()));
            } else if (InstanceStop.requireKnown(seen).isRunning()) {
                throw Failure.refused("instance-running", name + " runs")
                        .next("stop it first: pkg stop %1$s, or kill and remove it: pkg rm -f %1$s".formatted(name));
            }
            try {
                new InstanceFolder(seen.folder()).delete();
            } catch (NoSuchFileException e) {
                throw none(name).causedBy(e);
            }
            return name;
        });
    }

    /// Waits until the machine of an instance has ended, or `patience` is over.
    ///
    /// @return whether it has ended
    static boolean awaitEnd(Instance instance, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (instance.isRunning()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            // The machine is no child of this process, so its end has no event.
            Thread.sleep(20);
        }
        return true;
    }

    /// Waits until an instance has ended; empty where it left nothing behind, as one of the foreground does.
    public static Optional<InstanceEnd> awaitEnd(Snapshot seen) throws IOException, InterruptedException {
        Instance instance = InstanceStop.requireKnown(seen);
        boolean unused = awaitEnd(instance, Duration.ofDays(FOREVER_DAYS));
        return look(new InstanceFolder(seen.folder()))
                .flatMap(now -> now.state() instanceof InstanceState.Ended ended
                                && ended.instance().left()
                        ? Optional.of(ended.end())
                        : Optional.empty());
    }

    private InstanceFolder folder(InstanceName name) {
        return new InstanceFolder(root.resolve(name.text()));
    }

    // The file lock keeps out other processes, the monitor other threads of this one.
    private <T> T locked(Work<T> work) throws IOException {
        synchronized (Instances.class) {
            Files.createDirectories(lock.getParent());
            try (FileChannel channel = FileChannel.open(lock, CREATE, WRITE);
                    FileLock held = channel.lock()) {
                return work.run();
            }
        }
    }
}
