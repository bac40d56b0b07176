package dev.unipkg.cli;

import dev.unipkg.cli.output.ExitCode;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Unreachable;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// The message for each kind of exception.
final class Sentences {
    private Sentences() {}

    static Failure of(Throwable thrown) {
        Failure failure = failure(thrown);
        return failure == thrown ? failure : failure.causedBy(thrown);
    }

    private static Failure failure(Throwable thrown) {
        return switch (thrown) {
            case Failure failure -> failure;
            case RefusedException e
            when e.refusal() instanceof ContentRefusal.DiskFull ->
                new Failure(ExitCode.FAILED, e.refusal().code(), e.refusal().message());
            case RefusedException e
            when e.refusal() instanceof ContentRefusal.DigestMismatch ->
                Failure.refused(e.refusal().code(), e.refusal().message())
                        .next("try again; if it stays so, what the registry keeps or sends is damaged");
            case RefusedException e ->
                Failure.refused(e.refusal().code(), e.refusal().message());
            case Unreachable e -> Failure.network(message(e)).next(e.next());
            case IOException e
            when ContentRefusal.isDiskFull(e) ->
                new Failure(ExitCode.FAILED, "disk-full", "the disk is full" + place(e))
                        .next("free some space, for instance with pkg cache prune, then try again");
            case NoSuchFileException e -> Failure.notFound("there is no file " + e.getFile());
            case NotDirectoryException e -> Failure.failed(e.getFile() + " is no directory");
            case AccessDeniedException e -> Failure.failed("not allowed to use " + e.getFile());
            case FileSystemException e when e.getReason() != null -> Failure.failed(e.getFile() + ": " + e.getReason());
            case IOException e -> Failure.failed(message(e));
            case OutOfMemoryError e -> Failure.failed("pkg itself has too little memory for this");
            default ->
                Failure.failed("a mistake in pkg itself: " + thrown).next("please report it with what --debug shows");
        };
    }

    private static String place(IOException e) {
        return e instanceof FileSystemException at && at.getFile() != null ? ": no room for " + at.getFile() : "";
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.getClass().getSimpleName() : message;
    }
}
