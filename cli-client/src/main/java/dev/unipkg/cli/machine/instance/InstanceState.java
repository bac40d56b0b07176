package dev.unipkg.cli.machine.instance;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/// The state of an instance at the moment at which it was looked at.
public sealed interface InstanceState {
    /// Its pkg prepares the machine.
    record Starting(Instance instance) implements InstanceState {}

    /// Its machine runs.
    record Running(Instance instance) implements InstanceState {}

    record Ended(Instance instance, InstanceEnd end) implements InstanceState {}

    /// A newer pkg made it, which this one leaves alone.
    ///
    /// @param format the number of the form of its record
    record Newer(int format) implements InstanceState {}

    /// Its record cannot be read.
    record Damaged(String reason) implements InstanceState {}

    /// Another user of this host owns it.
    record OfOther(String owner) implements InstanceState {}

    /// The state of the instance in `folder`; empty where there is none, or not yet.
    ///
    /// @param withEnded whether one that has ended is looked at, too
    static Optional<InstanceState> of(InstanceFolder folder, boolean withEnded) throws IOException {
        if (!folder.isFolder()) {
            return Optional.empty();
        }
        Optional<String> other = folder.otherOwner();
        if (other.isPresent()) {
            return Optional.of(new OfOther(other.get()));
        }
        if (!withEnded && folder.hasExitStatus()) {
            // Its record need not be read, which takes longer than all the rest.
            return Optional.empty();
        }
        try {
            return switch (folder.read()) {
                case InstanceRecord.Absent _ -> Optional.empty();
                case InstanceRecord.Newer(int format) -> Optional.of(new Newer(format));
                case InstanceRecord.Damaged(String reason) -> Optional.of(new Damaged(reason));
                case InstanceRecord.Whole(Instance instance) -> {
                    boolean running = instance.isRunning();
                    yield running || withEnded ? Optional.of(of(folder, instance, running)) : Optional.empty();
                }
            };
        } catch (AccessDeniedException e) {
            return Optional.of(new Damaged("it may not be read"));
        }
    }

    private static InstanceState of(InstanceFolder folder, Instance instance, boolean running) throws IOException {
        if (!running) {
            return new Ended(instance, InstanceEnd.of(folder, instance));
        }
        return instance.boot().isPresent() ? new Running(instance) : new Starting(instance);
    }

    /// A stable word.
    default String word() {
        return switch (this) {
            case Starting _ -> "starting";
            case Running _ -> "running";
            case Ended _ -> "ended";
            case Newer _ -> "newer";
            case Damaged _ -> "damaged";
            case OfOther _ -> "of-other-user";
        };
    }

    /// The instance, where its record was read.
    default Optional<Instance> known() {
        return switch (this) {
            case Starting(Instance instance) -> Optional.of(instance);
            case Running(Instance instance) -> Optional.of(instance);
            case Ended(Instance instance, InstanceEnd _) -> Optional.of(instance);
            case Newer _, Damaged _, OfOther _ -> Optional.empty();
        };
    }
}
