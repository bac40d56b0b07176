package dev.unipkg.registry;

import dev.unipkg.registry.wiring.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;

/// The reason that the server did not start, for its operator.
///
/// @param sentence what is wrong
/// @param unexpected the failure, if it is a fault of ours and its trace is needed
record StartFailure(String sentence, Optional<Throwable> unexpected) {

    private static final String DATABASE = "the database that quarkus.datasource.jdbc.url names did not answer as it"
            + " should, or does not take the user and password: ";

    /// The container wraps what a bean throws, and names only itself.
    static StartFailure of(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        Throwable root = chain.getLast();
        if (root instanceof SettingsException) {
            return new StartFailure(firstLine(root), Optional.empty());
        }
        // Flyway wraps what the database said; below that is only how its connection failed.
        for (Throwable cause : chain) {
            if (cause instanceof SQLException sql) {
                return new StartFailure(DATABASE + firstLine(sql), Optional.empty());
            }
        }
        for (Throwable cause : chain) {
            Optional<String> sentence = switch (cause) {
                case FlywayException flyway ->
                    Optional.of("the tables of the database could not be brought up to date: " + firstLine(flyway));
                case IOException io -> Optional.of(withRoot(io, root));
                default -> Optional.empty();
            };
            if (sentence.isPresent()) {
                return new StartFailure(sentence.get(), Optional.empty());
            }
        }
        return new StartFailure(firstLine(root), Optional.of(failure));
    }

    void tell(PrintStream out) {
        out.println("unipkg: the server did not start: " + sentence);
        unexpected.ifPresent(failure -> failure.printStackTrace(out));
    }

    private static String withRoot(IOException failure, Throwable root) {
        String own = firstLine(failure);
        String last = firstLine(root);
        return own.contains(last) ? own : own + ": " + last;
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElseThrow();
    }
}
