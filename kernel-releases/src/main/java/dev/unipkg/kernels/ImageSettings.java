package dev.unipkg.kernels;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.kernels.linux.ProgramStart;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The start of an image's program: arguments, environment, user and kernel options. The caller has already merged
/// package, config file and command line.
///
/// @param program its path in the tree
/// @param arguments without the program's own name
/// @param workingDirectory absolute; empty for `/`
/// @param writableBytes how much the program can write to its disk, for families whose images have one; 0 for
///     the family's default
/// @param klibs the kernel libraries to load, by name, for nanos; other families have none and ignore them
/// @param user as whom the program runs, for linux; empty for root, as for nanos in any case
/// @param volumes directories that this user may write to, absolute
/// @param kernelOptions for nanos, attributes of the root; for linux, words of the kernel's command line
public record ImageSettings(
        String program,
        List<String> arguments,
        SortedMap<String, String> environment,
        String workingDirectory,
        long writableBytes,
        List<String> klibs,
        SortedMap<String, String> kernelOptions,
        Firmware firmware,
        String user,
        SortedSet<String> volumes) {

    /// A program that runs as root, without volumes.
    public ImageSettings(
            String program,
            List<String> arguments,
            SortedMap<String, String> environment,
            String workingDirectory,
            long writableBytes,
            List<String> klibs,
            SortedMap<String, String> kernelOptions,
            Firmware firmware) {
        this(
                program,
                arguments,
                environment,
                workingDirectory,
                writableBytes,
                klibs,
                kernelOptions,
                firmware,
                "",
                new TreeSet<>());
    }

    public ImageSettings {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        klibs = List.copyOf(klibs);
        kernelOptions = Collections.unmodifiableSortedMap(new TreeMap<>(kernelOptions));
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    }

    ProgramStart start() {
        return new ProgramStart(program, arguments, environment, workingDirectory, user, volumes);
    }

    /// The settings that the build's own config gives.
    ///
    /// @throws RefusedException when it names no program
    public static ImageSettings of(ImageConfig config) throws RefusedException {
        Execution execution = config.execution();
        List<String> words = Stream.concat(execution.entrypoint().stream(), execution.cmd().stream())
                .toList();
        if (words.isEmpty()) {
            throw new ProgramRefusal.ImpossibleSetting("Entrypoint", "names no program").asException();
        }
        UnikernelSettings unikernel = config.unikernel();
        return new ImageSettings(
                words.getFirst(),
                words.subList(1, words.size()),
                execution.env(),
                execution.workingDir(),
                unikernel.writableBytes(),
                unikernel.klibs(),
                unikernel.kernelOptions(),
                Firmware.BIOS,
                execution.user(),
                execution.volumes());
    }
}
