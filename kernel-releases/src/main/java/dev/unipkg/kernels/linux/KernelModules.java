package dev.unipkg.kernels.linux;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The modules of one kernel, as in `lib/modules/<version>`. A module names its dependencies itself (`depends=` in its
/// section `.modinfo`, strings that end with NUL), so `modules.dep`, which only an installed kernel has, is not needed.
final class KernelModules {

    private static final String DEPENDS = "\0depends=";

    private final Path folder;
    private final Map<String, Path> files = new HashMap<>();
    private final Set<String> builtIn = new TreeSet<>();

    private KernelModules(Path folder) {
        this.folder = folder;
    }

    /// Looks through the folder of a kernel's modules.
    static KernelModules in(Path folder) throws IOException {
        KernelModules modules = new KernelModules(folder);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String name = String.valueOf(file.getFileName());
                int suffix = name.indexOf(".ko");
                if (suffix > 0 && Files.isRegularFile(file)) {
                    modules.files.put(normal(name.substring(0, suffix)), file);
                }
            }
        }
        Path list = folder.resolve("modules.builtin");
        if (Files.exists(list)) {
            for (String line : Files.readAllLines(list)) {
                String name = line.substring(line.lastIndexOf('/') + 1);
                modules.builtIn.add(normal(name.endsWith(".ko") ? name.substring(0, name.length() - 3) : name));
            }
        }
        return modules;
    }

    /// Whether each of `names` is a file, not built in and not absent.
    boolean hasFiles(List<String> names) {
        return files.keySet().containsAll(names);
    }

    /// The files to load, in order, so that each of `wanted` works; what is built into the kernel needs none.
    ///
    /// @throws RefusedException when the kernel has a module neither as a file nor built in, or has it
    ///     compressed
    SequencedMap<String, Path> closure(List<String> wanted) throws IOException {
        SequencedMap<String, Path> ordered = new LinkedHashMap<>();
        for (String name : wanted) {
            add(name, ordered, new TreeSet<>());
        }
        return ordered;
    }

    private void add(String name, SequencedMap<String, Path> ordered, Set<String> underWay) throws IOException {
        if (builtIn.contains(name) || ordered.containsKey(name)) {
            return;
        }
        Path file = files.get(name);
        if (file == null || !underWay.add(name)) {
            throw new ProgramRefusal.MissingKernelFile(folder.toString(), name + ".ko").asException();
        }
        if (!String.valueOf(file.getFileName()).endsWith(".ko")) {
            throw new ProgramRefusal.CorruptKernel(
                            folder.toString(), file.getFileName() + " is compressed; decompress the modules first")
                    .asException();
        }
        for (String needed : needs(file)) {
            add(needed, ordered, underWay);
        }
        ordered.put(name, file);
    }

    private static List<String> needs(Path module) throws IOException {
        String bytes = new String(Files.readAllBytes(module), StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(DEPENDS);
        if (at < 0) {
            throw new ProgramRefusal.CorruptKernel(module.toString(), "it does not say which modules it needs")
                    .asException();
        }
        int end = bytes.indexOf('\0', at + DEPENDS.length());
        String list = bytes.substring(at + DEPENDS.length(), end < 0 ? bytes.length() : end);
        List<String> names = new ArrayList<>();
        for (String name : list.split(",")) {
            if (!name.isEmpty()) {
                names.add(normal(name));
            }
        }
        return names;
    }

    /// The kernel takes `-` and `_` in a module's name for the same.
    private static String normal(String name) {
        return name.replace('-', '_');
    }
}
