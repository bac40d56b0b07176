package dev.unipkg.format;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A processor architecture that a build or a kernel release is for. [#toString] is the word unipkg uses
/// everywhere; [#of] reads every spelling the outside world uses.
public enum Arch {
    X86_64("x86_64", "amd64", 62, List.of("x86-64", "x64", "em64t")),
    ARM64("arm64", "arm64", 183, List.of("aarch64", "armv8", "arm64v8", "virt")),
    RISCV64("riscv64", "riscv64", 243, List.of("riscv", "rv64", "rv64gc", "riscv-virt"));

    private final String word;
    private final String oci;
    private final int elfMachine;
    private final List<String> otherSpellings;

    Arch(String word, String oci, int elfMachine, List<String> otherSpellings) {
        this.word = word;
        this.oci = oci;
        this.elfMachine = elfMachine;
        this.otherSpellings = otherSpellings;
    }

    /// Reads any known spelling, in any case; empty where the word names no architecture of ours.
    public static Optional<Arch> find(String spelling) {
        String lower = spelling.toLowerCase(Locale.ROOT);
        for (Arch arch : values()) {
            if (arch.word.equals(lower) || arch.oci.equals(lower) || arch.otherSpellings.contains(lower)) {
                return Optional.of(arch);
            }
        }
        return Optional.empty();
    }

    /// Reads any known spelling, in any case.
    ///
    /// @throws IllegalArgumentException when the word names no architecture of ours
    public static Arch of(String spelling) {
        return find(spelling)
                .orElseThrow(() -> new IllegalArgumentException(
                        "not an architecture: " + spelling + "; known are x86_64, arm64 and riscv64"));
    }

    /// The architecture with this ELF `e_machine` number (System V gABI, "ELF header").
    public static Optional<Arch> ofElfMachine(int machine) {
        for (Arch arch : values()) {
            if (arch.elfMachine == machine) {
                return Optional.of(arch);
            }
        }
        return Optional.empty();
    }

    /// The architecture of the machine this runs on.
    public static Arch host() {
        return of(System.getProperty("os.arch"));
    }

    /// The OCI platform word (`GOARCH`), as in image-spec's `platform.architecture`.
    public String oci() {
        return oci;
    }

    /// The ELF `e_machine` number.
    public int elfMachine() {
        return elfMachine;
    }

    /// The word unipkg writes: `x86_64`, `arm64` or `riscv64`.
    @Override
    public String toString() {
        return word;
    }
}
