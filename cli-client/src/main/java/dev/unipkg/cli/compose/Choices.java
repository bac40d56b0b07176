package dev.unipkg.cli.compose;

import dev.unipkg.cli.machine.Guest;
import dev.unipkg.cli.settings.UserConfig;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.cli.talk.Sizes;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.kernels.Firmware;
import dev.unipkg.kernels.KernelChoice;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// What may be chosen about an image and the machine it runs on. Three can choose: the command line, the user's
/// config, the package; [#over] is the only rule between them, and it goes in this one direction for every field.
///
/// @param kernel `family` or `family:release-or-channel`
/// @param memoryBytes of the machine; 0 where nobody chose
/// @param cpus of the machine; 0 where nobody chose
/// @param arguments behind the program's fixed ones
/// @param environment of the program
/// @param writableBytes how much the program may write; 0 where nobody chose
/// @param klibs by name
/// @param kernelOptions of the kernel's family
public record Choices(
        Optional<String> kernel,
        long memoryBytes,
        int cpus,
        Optional<List<String>> arguments,
        SortedMap<String, String> environment,
        long writableBytes,
        List<String> klibs,
        SortedMap<String, String> kernelOptions,
        Optional<Firmware> firmware) {

    /// Nothing chosen.
    public static final Choices NONE = new Choices(
            Optional.empty(), 0, 0, Optional.empty(), new TreeMap<>(), 0, List.of(), new TreeMap<>(), Optional.empty());

    public Choices {
        arguments = arguments.map(List::copyOf);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        klibs = List.copyOf(new TreeSet<>(klibs));
        kernelOptions = Collections.unmodifiableSortedMap(new TreeMap<>(kernelOptions));
    }

    /// What a build says it needs.
    public static Choices of(ImageConfig config) {
        UnikernelSettings unikernel = config.unikernel();
        return new Choices(
                unikernel.kernelFamily(),
                unikernel.memoryBytes(),
                unikernel.cpus(),
                Optional.of(config.execution().cmd()),
                config.execution().env(),
                unikernel.writableBytes(),
                unikernel.klibs(),
                unikernel.kernelOptions(),
                Optional.empty());
    }

    /// What the user's config file sets.
    public static Choices of(UserConfig config) {
        return new Choices(
                config.get("kernel").map(Choices::kernel),
                config.get("memory").map(Choices::memory).orElse(0L),
                config.get("cpus").map(Choices::count).orElse(0),
                Optional.empty(),
                new TreeMap<>(),
                0,
                List.of(),
                new TreeMap<>(),
                Optional.empty());
    }

    /// These choices, and where they leave something open, the `lower` ones. Of maps, every key is a choice of its
    /// own; klibs add up, because nobody can know which of them another part needs.
    public Choices over(Choices lower) {
        TreeSet<String> allKlibs = new TreeSet<>(klibs);
        allKlibs.addAll(lower.klibs);
        return new Choices(
                kernel.or(lower::kernel),
                memoryBytes > 0 ? memoryBytes : lower.memoryBytes,
                cpus > 0 ? cpus : lower.cpus,
                arguments.or(lower::arguments),
                union(environment, lower.environment),
                writableBytes > 0 ? writableBytes : lower.writableBytes,
                List.copyOf(allKlibs),
                union(kernelOptions, lower.kernelOptions),
                firmware.or(lower::firmware));
    }

    private static SortedMap<String, String> union(SortedMap<String, String> upper, SortedMap<String, String> lower) {
        TreeMap<String, String> union = new TreeMap<>(lower);
        union.putAll(upper);
        return union;
    }

    private static String kernel(String text) {
        try {
            return KernelChoice.parse(text).toString();
        } catch (RefusedException e) {
            throw Failure.usage("the config file sets kernel to \"" + text + "\": "
                            + e.refusal().message())
                    .next("choose another one: pkg kernel use <kernel>")
                    .causedBy(e);
        }
    }

    private static long memory(String text) {
        try {
            return Sizes.parseMemory(text);
        } catch (Failure e) {
            throw Failure.usage("the config file sets memory to \"" + text + "\": " + e.text())
                    .next("correct that line of it")
                    .causedBy(e);
        }
    }

    private static int count(String text) {
        int count = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (count < 1 || count > Guest.MAX_CPUS) {
            throw Failure.usage(
                    "the config file sets cpus to \"" + text + "\"; expected a number from 1 to " + Guest.MAX_CPUS);
        }
        return count;
    }
}
