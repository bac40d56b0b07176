package dev.unipkg.registry.wiring;

import dev.unipkg.format.file.Disk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL of the registry's own: a real one, in a process beside the server, its data kept in a folder and
/// synced to disk before a commit is acknowledged. It listens on a loopback port chosen at each start and asks for a
/// password that only the folder's owner can read.
///
/// The process outlives a killed server on purpose (nothing acknowledged is lost); the next start on the folder stops
/// it first. Layout of the folder: `bin-…` the programs, `cluster` the data, `password`, `role`, `log`, `lock`.
public final class EmbeddedPostgres implements AutoCloseable {

    /// The role that owns everything in the database. It is no superuser.
    public static final String USER = "unipkg";

    /// The folder of the programs; it names their version, so that the next one unpacks its own.
    static final String BINARIES = "bin-18.6.0";
    private static final int START_ATTEMPTS = 20;
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final FileLock lock;
    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedPostgres(FileLock lock, Process process, int port, String password) {
        this.lock = lock;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /// Starts PostgreSQL on the data in `folder`, which is made where there is none, and returns when it accepts
    /// connections.
    ///
    /// @throws SettingsException when the folder cannot be made or written
    /// @throws IOException with a sentence for the operator: another server uses the folder, no PostgreSQL for this
    ///     machine, no way to run it as this user, or what PostgreSQL itself said
    public static EmbeddedPostgres start(Path folder) throws IOException {
        return start(folder, PostgresUser.ofThisProcess());
    }

    static EmbeddedPostgres start(Path folder, PostgresUser wanted) throws IOException {
        Path home = folder.toAbsolutePath().normalize();
        FileLock lock = take(home);
        try {
            PostgresBinaries binaries = PostgresBinaries.unpackedAt(home.resolve(BINARIES));
            PostgresUser user = wanted.reaching(home, binaries);
            Path cluster = home.resolve("cluster");
            if (!Files.isDirectory(cluster)) {
                initialise(binaries, user, home, cluster);
            }
            user.own(cluster);
            PostmasterFile postmaster = new PostmasterFile(cluster);
            postmaster.clearAway(STOP_LIMIT);
            String password = Files.readString(home.resolve("password"));
            new DatabaseRole(binaries, user, cluster).make(password);
            return start(binaries, user, postmaster, lock, password);
        } catch (IOException | RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    public String jdbcUrl() {
        return jdbcUrl(port);
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String password() {
        return password;
    }

    /// Stops PostgreSQL as its manual's "fast shutdown": open transactions are rolled back, all else is on disk.
    @Override
    public void close() throws IOException {
        PostmasterFile.stop(process.toHandle(), STOP_LIMIT);
        release(lock);
    }

    /// Lets go of the folder without stopping PostgreSQL, as a killed server does.
    void abandon() throws IOException {
        release(lock);
    }

    private static FileLock take(Path home) throws IOException {
        try {
            return lock(Folders.createPrivate(home));
        } catch (FileSystemException e) {
            throw Folders.unusable(home, e);
        }
    }

    private static FileLock lock(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new FolderInUseException(home);
        }
        return lock;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static void release(FileLock lock) throws IOException {
        lock.acquiredBy().close();
    }

    /// Makes an empty cluster beside its final place and renames it there, so that a start cut off half way begins
    /// again from nothing.
    private static void initialise(PostgresBinaries binaries, PostgresUser user, Path home, Path cluster)
            throws IOException {
        Path half = home.resolve("cluster.initialising");
        Folders.delete(half);
        Folders.createPrivate(half);
        user.own(half);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        Path password = home.resolve("password");
        Folders.writePrivately(password, HexFormat.of().formatHex(random));
        Disk.sync(password);
        user.own(password);
        Path log = home.resolve("initdb.log");
        Process initdb = user.command(
                        binaries.program("initdb"),
                        List.of(
                                "--pgdata=" + half,
                                "--username=" + DatabaseRole.SUPERUSER,
                                "--auth=scram-sha-256",
                                "--pwfile=" + password,
                                "--encoding=UTF8",
                                "--locale=C",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (waitFor(initdb) != 0) {
            throw new IOException("PostgreSQL could not make a database in " + home + ": " + lastLines(log));
        }
        // After a power cut the cluster is useless without its password, so the password and the name are
        // synced first.
        Disk.sync(home);
        Files.move(half, cluster, StandardCopyOption.ATOMIC_MOVE);
        Disk.sync(home);
        Files.delete(log);
    }

    private static EmbeddedPostgres start(
            PostgresBinaries binaries, PostgresUser user, PostmasterFile postmaster, FileLock lock, String password)
            throws IOException {
        Path log = postmaster.cluster().resolveSibling("log");
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Process process = user.command(binaries.program("postgres"), arguments(postmaster.cluster(), port))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (postmaster.awaitReady(process, Instant.now().plus(RECOVERY_LIMIT))) {
                return new EmbeddedPostgres(lock, process, port, password);
            }
            // Another process took the port meanwhile, or the backends of a killed postmaster are still ending.
            if (attempt == START_ATTEMPTS || !startsLater(log)) {
                throw new IOException("PostgreSQL did not start on " + postmaster.cluster() + ": " + lastLines(log));
            }
            pause(Duration.ofMillis(250));
        }
    }

    private static List<String> arguments(Path cluster, int port) {
        List<String> arguments = new ArrayList<>(List.of("-D", cluster.toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "max_connections=40",
                "shared_buffers=64MB",
                "timezone=UTC",
                "log_timezone=UTC",
                "jit=off",
                // A failed statement is the server's to report; its text and values do not belong in a log.
                "log_min_messages=log",
                "log_min_error_statement=panic",
                "log_error_verbosity=terse")) {
            arguments.add("-c");
            arguments.add(setting);
        }
        return arguments;
    }

    private static boolean startsLater(Path log) throws IOException {
        String said = Files.readString(log, StandardCharsets.UTF_8);
        return said.contains("could not bind") || said.contains("shared memory block");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static int waitFor(Process process) throws IOException {
        try {
            if (process.waitFor(5, TimeUnit.MINUTES)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new IOException("PostgreSQL did not finish within five minutes");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        }
    }

    static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        }
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("; ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }
}
