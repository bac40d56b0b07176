package dev.unipkg.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Another process that uses a store, and may be stopped in the middle of it.
final class OtherProcess {

    /// How many bytes it stores.
    private static final int SIZE = 12 << 20;

    /// How many bytes of it the halting ones have read when they halt.
    static final int HALTS_AFTER = 11 << 20;

    /// The exit status of one that was halted.
    static final int HALTED = 99;

    /// 3 of a [ManyUploads]'s 48 transfers have 5 MiB each in memory; all of them would need five times the heap of
    /// [#withLittleMemory].
    private static final int PARTS_IN_MEMORY = 3;

    private OtherProcess() {}

    /// Its content, made anew for each client to save memory.
    static Blob blob() {
        return Blob.seeded(42, SIZE);
    }

    /// @param output of both kinds
    record Ended(int status, String output) {}

    /// @param verb `put`, `put-and-halt`, `put-then-halt`, `find`, `append <uuid>`, `append-and-halt <uuid>` or `crowd`
    static Ended run(String verb, List<String> place) throws Exception {
        return run(java(verb, place));
    }

    /// One that cannot write any file beyond that size, as if the disk had no more room.
    static Ended withFilesOfAtMost(int bytes, String verb, List<String> place) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -f " + bytes / 1024 + "; exec \"$@\"", "bash"));
        command.addAll(java(verb, place));
        return run(command);
    }

    /// One that has 64 MiB for everything, and a collector that finds room for large arrays between small ones.
    static Ended withLittleMemory(String verb, List<String> place) throws Exception {
        List<String> command = java(verb, place);
        command.addAll(1, List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        return run(command);
    }

    /// One without the privileges of root, for which a file's mode counts. It keeps the user, who may reach the class
    /// path and owns the files.
    static Ended withoutPrivileges(String verb, List<String> place) throws Exception {
        List<String> command = java(verb, place);
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(0, List.of("setpriv", "--bounding-set=-all"));
        }
        return run(command);
    }

    private static Ended run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static List<String> java(String verb, List<String> place) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName()));
        command.addAll(List.of(verb.split(" ", -1)));
        command.addAll(place);
        return command;
    }

    public static void main(String[] args) throws Exception {
        boolean append = args[0].startsWith("append");
        List<String> place = List.of(args).subList(append ? 2 : 1, args.length);
        HeardFaults heard = new HeardFaults();
        try (BlobStore store = BlobStore.open(config(place), heard)) {
            if (args[0].equals("crowd")) {
                ManyUploads.meetAt(store);
                return;
            }
            Blob blob = blob();
            if (args[0].equals("find")) {
                System.out.println(
                        blob.findIn(store).map(found -> "found " + found.size()).orElseGet(heard.broken::toString));
                return;
            }
            InputStream bytes = args[0].endsWith("-and-halt") ? new Halting(blob.stream()) : blob.stream();
            if (append) {
                store.uploads().append(UUID.fromString(args[1]), 0, bytes);
            } else {
                store.put(blob.digest(), blob.size(), bytes);
            }
            if (args[0].equals("put-then-halt")) {
                Runtime.getRuntime().halt(HALTED);
            }
        }
    }

    private static StorageConfig config(List<String> place) {
        return place.getFirst().equals("folder")
                ? new StorageConfig.Folder(Path.of(place.get(1)))
                : new StorageConfig.S3(
                        URI.create(place.get(1)),
                        "us-east-1",
                        place.get(2),
                        S3Proxy.CREDENTIALS,
                        true,
                        new StorageConfig.Delivery.Proxied(),
                        StorageConfig.S3.MIN_PART_BYTES,
                        PARTS_IN_MEMORY,
                        StoreLimits.DEFAULT);
    }

    /// Ends the process on the spot: no hooks, no `finally`.
    private static final class Halting extends FilterInputStream {
        private long read;

        private Halting(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (read == HALTS_AFTER) {
                Runtime.getRuntime().halt(HALTED);
            }
            int n = super.read(into, offset, (int) Math.min(length, HALTS_AFTER - read));
            read += n;
            return n;
        }
    }
}
