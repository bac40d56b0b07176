package dev.unipkg.storage;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// A check of what a store needs from the folder or the object storage it is in, for an operator to run before
/// relying on it, and to send to the storage's maker. It writes under names of its own and removes them.
public final class StoreCheck {

    private StoreCheck() {}

    /// The report of a check.
    ///
    /// @param place where blobs are kept, without credentials
    public record Report(String place, List<Result> results) {

        /// Whether every promise was kept.
        public boolean isGood() {
            return results.stream().allMatch(Result::isKept);
        }

        /// A table with a line for each promise.
        @Override
        public String toString() {
            StringBuilder table = new StringBuilder("storage: ").append(place).append("\n\n");
            int width = results.stream()
                    .mapToInt(result -> result.promise().length())
                    .max()
                    .orElse(0);
            for (Result result : results) {
                table.append(("  %-" + width + "s  %s%n")
                        .formatted(result.promise(), result.isKept() ? "ok" : "wrong: " + result.wrong()));
            }
            long wrong = results.stream().filter(result -> !result.isKept()).count();
            return table.append(String.format(Locale.ROOT, "%n%d checked, %d wrong%n", results.size(), wrong))
                    .toString();
        }
    }

    /// @param wrong what was expected and what was found; empty where the promise was kept
    public record Result(String promise, String wrong) {
        boolean isKept() {
            return wrong.isEmpty();
        }
    }

    /// Asks for one promise.
    interface Step {
        /// @return what was expected and what was found, empty where it is the same
        /// @throws IOException when the place answers with a failure
        String run() throws IOException;
    }

    /// Checks the place that `config` names. Takes some seconds, and about 20 MiB of it for that time.
    ///
    /// @throws IOException when it cannot be reached or made at all
    public static Report of(StorageConfig config) throws IOException {
        return switch (config) {
            case StorageConfig.Folder folder -> FolderCheck.of(folder);
            case StorageConfig.S3 s3 -> S3Check.of(s3);
        };
    }

    static Result result(String promise, Step step) {
        try {
            return new Result(promise, step.run());
        } catch (IOException e) {
            return new Result(promise, "expected an answer, got a failure: " + e.getMessage());
        }
    }

    /// @return empty where both are the same
    static String compare(Object expected, Object actual) {
        return expected.equals(actual) ? "" : "expected " + expected + ", got " + actual;
    }
}
