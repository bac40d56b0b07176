package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

import java.util.List;

/// Why a program, or a kernel for it, is not taken.
public sealed interface ProgramRefusal extends Refusal {

    /// The program that the package names is not in it.
    record NoProgram(String path) implements ProgramRefusal {}

    /// The program's file may not be executed.
    record NotExecutable(String path) implements ProgramRefusal {}

    /// The program is a shared library: position-independent, without a dynamic linker and without the mark of a
    /// static program (`DF_1_PIE`).
    record SharedLibrary(String path) implements ProgramRefusal {}

    /// The file is not an ELF program or library.
    record NotElf(String path) implements ProgramRefusal {}

    /// The file starts as ELF does and then contradicts itself.
    record CorruptElf(String path, String detail) implements ProgramRefusal {}

    /// The file is for a processor that no build of ours can be for.
    ///
    /// @param processor what it is for, as far as its header says
    record ForeignElf(String path, String processor) implements ProgramRefusal {}

    /// The program or library is for another architecture.
    ///
    /// @param actual the architecture found, or the number of one that is not ours
    record OtherArch(String path, Arch expected, String actual) implements ProgramRefusal {}

    /// Libraries, or the interpreter, that the program needs and that are nowhere to be found.
    record MissingLibraries(String path, Arch arch, List<String> names) implements ProgramRefusal {
        public MissingLibraries {
            names = List.copyOf(names);
        }
    }

    /// The program and its libraries need more libraries than are followed.
    record TooManyLibraries(String path, int limit) implements ProgramRefusal {}

    /// A kernel family that unipkg does not know.
    record UnknownKernelFamily(String word) implements ProgramRefusal {}

    /// A Unikraft image in whose layers there is no kernel.
    ///
    /// @param image its name
    record NoUnikernel(String image, String path) implements ProgramRefusal {}

    /// A kernel release without a file that every release of its family has.
    record MissingKernelFile(String release, String title) implements ProgramRefusal {}

    /// A file of a kernel release is not what its title says.
    record CorruptKernel(String release, String detail) implements ProgramRefusal {}

    /// A setting that this kernel family, or this program on it, cannot have.
    record ImpossibleSetting(String setting, String detail) implements ProgramRefusal {}

    @Override
    default String sentence() {
        return switch (this) {
            case NoProgram(var path) ->
                "the program " + quoted(path)
                        + " is not in the package; bring it with a line below files, or name another";
            case NotExecutable(var path) -> "the program " + quoted(path) + " is not executable; chmod +x its file";
            case SharedLibrary(var path) ->
                quoted(path) + " is a shared library and cannot start; expected a program, such as one that loads it";
            case NotElf(var path) ->
                quoted(path) + " is not an ELF program; a unikernel boots programs for Linux in ELF";
            case CorruptElf(var path, var detail) -> quoted(path) + " is a damaged ELF file: " + detail;
            case ForeignElf(var path, var processor) ->
                quoted(path) + " is for " + processor + "; expected x86_64, arm64 or riscv64";
            case OtherArch(var path, var expected, var actual) ->
                quoted(path) + " is for " + actual + ", expected " + expected;
            case MissingLibraries(var path, var arch, var names) ->
                quoted(path) + " for " + arch + " needs libraries that are not there: " + String.join(", ", names)
                        + "; install them or add them to the package";
            case TooManyLibraries(var path, var limit) ->
                quoted(path) + " needs more than " + limit + " libraries, which is the limit here";
            case UnknownKernelFamily(var word) ->
                "not a kernel family: " + quoted(word) + "; expected nanos, linux or unikraft";
            case NoUnikernel(var image, var path) ->
                "the Unikraft image " + quoted(image) + " has no kernel; expected the file " + quoted(path)
                        + " in one of its layers";
            case MissingKernelFile(var release, var title) ->
                "the kernel release " + quoted(release) + " has no file " + quoted(title);
            case CorruptKernel(var release, var detail) ->
                "the kernel release " + quoted(release) + " is damaged: " + detail;
            case ImpossibleSetting(var setting, var detail) -> "the setting " + quoted(setting) + " " + detail;
        };
    }
}
