package dev.unipkg.format.oci;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.VersionRange;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The requirements of a build for its kernel and machine: the field `unikernel` of its config, which other readers
/// ignore. They describe the guest only, never the host.
///
/// @param kernelFamily the family it was made for; empty for any
/// @param kernelVersions a range of kernel versions, as in `>=0.1.54`; empty for any
/// @param klibs kernel libraries (nanos) it needs, by name
/// @param memoryBytes what it needs at least; 0 for the machine's default
/// @param cpus what it needs; 0 for the machine's default
/// @param writableBytes the space it may write to beside its files; 0 for the image's default
/// @param kernelOptions further settings of the kernel, as the family documents them
/// @param readiness how to see that it is ready
/// @param resume whether guests may continue from a snapshot of it; empty where the package does not say
public record UnikernelSettings(
        Optional<String> kernelFamily,
        Optional<String> kernelVersions,
        List<String> klibs,
        long memoryBytes,
        int cpus,
        long writableBytes,
        SortedMap<String, String> kernelOptions,
        Optional<Readiness> readiness,
        Optional<ResumeDeclaration> resume) {

    /// The most CPUs that a build can ask for.
    public static final int MAX_CPUS = 1024;

    /// The most writable space that a package can ask for: 1 TiB.
    public static final long MAX_WRITABLE_BYTES = 1L << 40;

    /// The most memory that a package can ask for: 16 TiB, more than any machine is given.
    public static final long MAX_MEMORY_BYTES = 1L << 44;

    /// The least memory that a package can ask for, 16 MiB: no kernel boots with less.
    public static final long MIN_MEMORY_BYTES = 16L << 20;

    private static final Set<String> FAMILIES = Set.of("nanos", "linux", "unikraft");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    /// No needs at all.
    public static final UnikernelSettings NONE = new UnikernelSettings(
            Optional.empty(), Optional.empty(), List.of(), 0, 0, 0, new TreeMap<>(), Optional.empty());

    public UnikernelSettings {
        if (memoryBytes < 0 || writableBytes < 0 || cpus < 0 || cpus > MAX_CPUS) {
            throw new IllegalArgumentException("memory, writable space and CPUs are never negative");
        }
        klibs = List.copyOf(klibs);
        kernelOptions = Collections.unmodifiableSortedMap(new TreeMap<>(kernelOptions));
    }

    /// Settings that do not say whether guests may be resumed.
    public UnikernelSettings(
            Optional<String> kernelFamily,
            Optional<String> kernelVersions,
            List<String> klibs,
            long memoryBytes,
            int cpus,
            long writableBytes,
            SortedMap<String, String> kernelOptions,
            Optional<Readiness> readiness) {
        this(
                kernelFamily,
                kernelVersions,
                klibs,
                memoryBytes,
                cpus,
                writableBytes,
                kernelOptions,
                readiness,
                Optional.empty());
    }

    /// Reads the value of the field `unikernel`.
    public static UnikernelSettings of(Fields fields) throws RefusedException {
        Optional<Fields> kernel = fields.optionalFields("kernel");
        Optional<Fields> readiness = fields.optionalFields("readiness");
        Optional<Fields> resume = fields.optionalFields("resume");
        return new UnikernelSettings(
                kernel.isEmpty()
                        ? Optional.empty()
                        : kernel.get().optionalValue("family", "a kernel family", UnikernelSettings::word),
                kernel.isEmpty()
                        ? Optional.empty()
                        : kernel.get().optionalValue("versions", "a range as in >=0.1.54", UnikernelSettings::range),
                fields.values("klibs", "the name of a klib", UnikernelSettings::word),
                fields.optionalNumber("memory", 0, Json.Num.MAX).orElse(0L),
                fields.optionalNumber("cpus", 0, MAX_CPUS).orElse(0L).intValue(),
                fields.optionalNumber("writable", 0, Json.Num.MAX).orElse(0L),
                fields.textMap("options"),
                readiness.isEmpty() ? Optional.empty() : Optional.of(Readiness.of(readiness.get())),
                resume.isEmpty() ? Optional.empty() : Optional.of(ResumeDeclaration.of(resume.get())));
    }

    /// Requires a kernel family that there is, options that are words, no more memory than a machine has and no more
    /// space than an image can be made of. Asked where a package is made or taken, not where one is read, so that
    /// readers can still tell of packages for a family that came after them.
    ///
    /// @throws RefusedException when it names another, or asks for more
    public UnikernelSettings requirePossible() throws RefusedException {
        requireAtMost("memory", memoryBytes, MAX_MEMORY_BYTES);
        requireAtMost("writable", writableBytes, MAX_WRITABLE_BYTES);
        for (String option : kernelOptions.keySet()) {
            if (!WORD.matcher(option).matches()) {
                throw new ProgramRefusal.ImpossibleSetting(
                                "options",
                                "has " + Refusal.quoted(option)
                                        + "; expected words of letters, digits, dots, underscores and hyphens")
                        .asException();
            }
        }
        if (kernelFamily.isPresent() && !FAMILIES.contains(kernelFamily.get())) {
            throw new ProgramRefusal.UnknownKernelFamily(kernelFamily.get()).asException();
        }
        return this;
    }

    private static void requireAtMost(String setting, long bytes, long mostBytes) throws RefusedException {
        if (bytes > mostBytes) {
            throw new ProgramRefusal.ImpossibleSetting(setting, "is " + bytes + " bytes; expected at most " + mostBytes)
                    .asException();
        }
    }

    /// The value of the field `unikernel`; what is not set is left out.
    public Json.Obj toJson() {
        Json.Obj kernel = Json.object()
                .putIfPresent("family", kernelFamily)
                .putIfPresent("versions", kernelVersions)
                .build();
        return Json.object()
                .putIfPresent("kernel", kernel.members().isEmpty() ? Optional.empty() : Optional.of(kernel))
                .putIfAny("klibs", klibs)
                .putIfPositive("memory", memoryBytes)
                .putIfPositive("cpus", cpus)
                .putIfPositive("writable", writableBytes)
                .putIfAny("options", kernelOptions)
                .putIfPresent("readiness", readiness.map(Readiness::toJson))
                .putIfPresent("resume", resume.map(ResumeDeclaration::toJson))
                .build();
    }

    private static String word(String text) {
        if (!WORD.matcher(text).matches()) {
            throw new IllegalArgumentException("not a word: " + text);
        }
        return text;
    }

    // Kept as it is written, so that a config that is read and written again has the same bytes.
    private static String range(String text) {
        VersionRange unused = VersionRange.parse(text);
        return text;
    }
}
