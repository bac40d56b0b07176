package dev.unipkg.kernels;

import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.ImageConfig;
import dev.unipkg.format.oci.UnikernelSettings;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.kernels.linux.LinuxGuest;
import java.io.IOException;
import java.util.Optional;

/// The rules that a build must meet so that an image can be composed from it with any settings. The build, the registry
/// and [Composer] apply the same rules, so a published build always composes.
public final class Composable {

    private Composable() {}

    /// Requires settings that a machine, a program and a kernel of the family that is named, if one is, can be given.
    ///
    /// @throws RefusedException naming the setting
    public static void requireSettings(ImageConfig config) throws RefusedException {
        Execution unused = config.execution().requirePossible();
        UnikernelSettings settings = config.unikernel().requirePossible();
        Optional<Family> family = family(config);
        if (family.equals(Optional.of(Family.NANOS)) && config.execution().hasUser()) {
            throw new ProgramRefusal.ImpossibleSetting(
                            "user",
                            "is " + Refusal.quoted(config.execution().user())
                                    + "; expected none, because nanos runs every program as root")
                    .asException();
        }
        if (family.isPresent()) {
            family.get().requireOptions(config.arch(), settings.kernelOptions());
        }
    }

    /// Requires files that leave room for those of the guest and have its working directory, on whatever kernel, and
    /// fit the images of the family that
    /// is named, if one is.
    ///
    /// @param root the layers over each other
    /// @throws RefusedException naming the path
    public static void requireFiles(ImageConfig config, FileTree root) throws IOException {
        LinuxGuest.requireRoom(root);
        LinuxGuest.requireWorkingDirectory(root, config.execution().workingDir());
        LinuxGuest.requireUser(root, config.execution().user());
        Optional<Family> family = family(config);
        if (family.isPresent()) {
            family.get().requireFiles(config, root);
        }
    }

    private static Optional<Family> family(ImageConfig config) throws RefusedException {
        Optional<String> word = config.unikernel().kernelFamily();
        return word.isEmpty() ? Optional.empty() : Optional.of(Family.of(word.get()));
    }
}
