package dev.unipkg.kernels.nanos;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.kernels.nanos.tfs.Value;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/// The inputs of a disk image. Equal specs give equal bytes.
///
/// @param root what the program finds at `/`
/// @param attributes what the kernel is told, beside the tree: `program`, a path; `arguments`, a vector of
///     strings that begins with the program's own name; `environment`, a tuple of strings; `mounts`, `cwd`,
///     `debug_exit` and so on. Strings everywhere; a flag is on when it is there, whatever it holds
/// @param writableBytes how much data the program can write, beside what it overwrites
public record NanosSpec(NanosKernel kernel, FileTree root, Value.Tuple attributes, long writableBytes) {

    /// Attributes of the root that come from other settings.
    private static final Set<String> TAKEN =
            Set.of("children", "program", "arguments", "environment", "cwd", "klibs", "debug_exit");

    private static final String PROGRAM = "program";
    private static final String ARGUMENTS = "arguments";
    private static final String ENVIRONMENT = "environment";
    private static final String KLIBS = "klibs";
    private static final String MOUNTS = "mounts";
    private static final String NO_MOUNTS = "is no tuple of volumes and the directories they are mounted on";

    public NanosSpec {
        if (writableBytes < 0) {
            throw new IllegalArgumentException("writable space is negative: " + writableBytes);
        }
    }

    /// Requires options that can be attributes.
    ///
    /// @throws RefusedException when one of them follows from other settings, or is no text
    public static void requireOptions(SortedMap<String, String> options) throws RefusedException {
        for (String option : options.keySet()) {
            if (option.isEmpty() || TAKEN.contains(option)) {
                throw impossible(option, "is no option of the kernel; it follows from other settings");
            }
            if (option.equals(MOUNTS)) {
                throw impossible(MOUNTS, NO_MOUNTS);
            }
        }
    }

    /// The tree with the directories that volumes are mounted on: the kernel skips a mount whose directory is
    /// not there.
    FileTree tree() throws RefusedException {
        Value value = attributes.members().get(MOUNTS);
        if (value == null) {
            return root;
        }
        if (!(value instanceof Value.Tuple(var mounts))) {
            throw impossible(MOUNTS, NO_MOUNTS);
        }
        FileTree.Builder tree = root.toBuilder();
        for (Value mount : mounts.values()) {
            if (!(mount instanceof Value.Text(String text))) {
                throw impossible(MOUNTS, "is not made of strings");
            }
            String path = text.replaceFirst(":ro$", "");
            try {
                if (root.resolve(path).isEmpty()) {
                    tree.directory(path);
                }
            } catch (IllegalArgumentException e) {
                throw impossible(MOUNTS, "has a directory that is no path: " + e.getMessage());
            }
        }
        return tree.buildOrRefuse();
    }

    /// The attributes as the kernel wants them. It panics without an environment and on numbers in it, and
    /// stops without a program; all of that is found here instead.
    Value.Tuple completeAttributes() throws RefusedException {
        if (!(attributes.members().get(PROGRAM) instanceof Value.Text(String program)) || program.isEmpty()) {
            throw impossible(PROGRAM, "is not the path of a program");
        }
        requireProgram(program);
        requireTexts(ARGUMENTS);
        requireTexts(ENVIRONMENT);
        Value.Tuple complete = attributes;
        if (!complete.members().containsKey(ENVIRONMENT)) {
            complete = complete.with(ENVIRONMENT, Value.Tuple.EMPTY);
        }
        if (!kernel.klibs().isEmpty() && !complete.members().containsKey(KLIBS)) {
            complete = complete.with(KLIBS, Value.text("bootfs"));
        }
        return complete;
    }

    private void requireProgram(String program) throws RefusedException {
        Optional<FileTree.Found> found;
        try {
            found = root.resolve(program);
        } catch (IllegalArgumentException e) {
            throw impossible(PROGRAM, "is no path: " + e.getMessage());
        }
        if (found.isEmpty() || !(found.get().node() instanceof Node.File)) {
            throw new ProgramRefusal.NoProgram(program).asException();
        }
    }

    private void requireTexts(String name) throws RefusedException {
        boolean ok = switch (attributes.members().get(name)) {
            case null -> true;
            case Value.Vector(var elements) ->
                name.equals(ARGUMENTS) && elements.stream().allMatch(Value.Text.class::isInstance);
            case Value.Tuple(var members) ->
                name.equals(ENVIRONMENT) && members.values().stream().allMatch(Value.Text.class::isInstance);
            case Value.Text _, Value.Number _, Value.Nothing _ -> false;
        };
        if (!ok) {
            throw impossible(name, "is not made of strings");
        }
    }

    private static RefusedException impossible(String setting, String detail) {
        return new ProgramRefusal.ImpossibleSetting(setting, detail).asException();
    }
}
