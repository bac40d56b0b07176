package dev.unipkg.bench;

import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs [StoreBenchmark] and writes its [Row]s.
final class StoreRows {

    private static final double MEGABYTES = StoreBenchmark.BLOB_BYTES / 1e6;

    private StoreRows() {}

    public static void main(String[] args) throws RunnerException {
        Map<String, Double> perSecond = new Runner(new OptionsBuilder()
                        .include(StoreBenchmark.class.getName())
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run().stream()
                        .collect(Collectors.toMap(
                                result -> result.getPrimaryResult().getLabel(),
                                result -> result.getPrimaryResult().getScore()));
        print("store: put 1 MB, c=1", "the same system calls", perSecond, "putAlone", ">=0.7x");
        print("store: put 1 MB, c=10", "the same system calls", perSecond, "putByTen", ">=0.7x");
        print("store: read 1 MB", "a plain file", perSecond, "get", ">=0.8x");
    }

    private static void print(String what, String peer, Map<String, Double> perSecond, String ours, String goal) {
        System.out.println(String.join(
                "\t",
                what,
                peer,
                Double.toString(perSecond.getOrDefault(ours, 0.0) * MEGABYTES),
                Double.toString(perSecond.getOrDefault(ours + "Plainly", 0.0) * MEGABYTES),
                "MB/s",
                goal));
    }
}
