package dev.unipkg.kernels.linux;

import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.tree.Content;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/// The modules of one kernel, as in `lib/modules/<version>`. A module names its dependencies itself (`depends=` in its
/// section `.modinfo`, strings that end with NUL), so `modules.dep`, which only an installed kernel has, is not needed.
final class KernelModules {

    /// How files are compressed, by what follows `.ko` in their names; the kernel's build offers these three
    /// (`CONFIG_MODULE_COMPRESS_*`).
    private static final Map<String, String> COMPRESSORS = Map.of(
            ".gz", CompressorStreamFactory.GZIP,
            ".xz", CompressorStreamFactory.XZ,
            ".zst", CompressorStreamFactory.ZSTANDARD);

    /// The largest module; that of a graphics card has 20 MB.
    private static final int MAX_BYTES = 64 << 20;

    /// The most memory for a decompressor. Modules are compressed with a dictionary of 1 or 2 MiB.
    private static final int MAX_DECOMPRESSOR_KIB = 64 << 10;

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

    /// The modules to load, in order and not compressed, so that each of `wanted` works. Modules that are built
    /// into the kernel are left out.
    ///
    /// @throws RefusedException when the kernel has a module neither as a file nor built in, or one that cannot be
    ///     decompressed
    SequencedMap<String, Content> closure(List<String> wanted) throws IOException {
        SequencedMap<String, Content> ordered = new LinkedHashMap<>();
        for (String name : wanted) {
            add(name, ordered, new TreeSet<>());
        }
        return ordered;
    }

    private void add(String name, SequencedMap<String, Content> ordered, Set<String> underWay) throws IOException {
        if (builtIn.contains(name) || ordered.containsKey(name)) {
            return;
        }
        Path file = files.get(name);
        if (file == null || !underWay.add(name)) {
            throw new ProgramRefusal.MissingKernelFile(folder.toString(), name + ".ko").asException();
        }
        Content module = content(file);
        for (String needed : needs(file, module)) {
            add(needed, ordered, underWay);
        }
        ordered.put(name, module);
    }

    private static Content content(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String suffix = name.substring(name.indexOf(".ko") + ".ko".length());
        if (suffix.isEmpty()) {
            return Content.ofFile(file);
        }
        String compressor = COMPRESSORS.get(suffix);
        if (compressor == null) {
            throw new ProgramRefusal.CorruptKernel(
                            file.toString(), "it ends with " + suffix + "; expected .ko, .ko.gz, .ko.xz or .ko.zst")
                    .asException();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                InputStream plain = new CompressorStreamFactory(true, MAX_DECOMPRESSOR_KIB)
                        .createCompressorInputStream(compressor, in)) {
            byte[] bytes = plain.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new ContentRefusal.TooLarge(file.toString(), MAX_BYTES).asException();
            }
            return new Content.Bytes(bytes);
        } catch (RefusedException e) {
            throw e;
        } catch (IOException e) {
            throw new RefusedException(
                    new ProgramRefusal.CorruptKernel(file.toString(), "it cannot be decompressed: " + e.getMessage()),
                    e);
        }
    }

    private static List<String> needs(Path module, Content content) throws IOException {
        String bytes = new String(content.readAll(), StandardCharsets.ISO_8859_1);
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
