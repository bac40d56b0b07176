package dev.unipkg.kernels.linux;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.kernels.initrd.CpioWriter;
import dev.unipkg.kernels.initrd.Unpacked;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The files that a guest of this family needs beside the package's own tree; see the description of this package.
public final class LinuxGuest {

    /// The folder of the guest's own files. A package may not contain it.
    static final String HOME = ".unipkg";

    /// Up to here a disk saves neither time nor memory that machines get unasked.
    private static final long MAX_INITRD_BYTES = 64L << 20;

    private static final List<String> DISK_MODULES = List.of("-erofs.ko", "-overlay.ko");

    private static final List<String> MOUNT_POINTS = List.of("dev", "proc", "run", "sys", "tmp");

    /// The directories of every tree. Linux makes `dev` and `root` itself, so that both are counted in any case.
    private static final List<String> DIRECTORIES =
            Stream.concat(MOUNT_POINTS.stream(), Stream.of("root")).toList();

    /// `COMMAND_LINE_SIZE` of Linux less the NUL at the end: what is beyond it, the kernel leaves out without a word.
    private static final int MAX_LINE = 2047;

    private static final int MAX_LINE_RISCV64 = 1023;

    /// The words that are on every command line: a guest with another console says nothing, one with another first
    /// process is none of ours, one that stays after a panic never ends, and one with another root may hold half of
    /// its memory at most.
    private static final Set<String> OWN_OPTIONS = Set.of("console", "panic", "rdinit", "rootfstype");

    private static final Pattern OPTION = Pattern.compile("[A-Za-z0-9_.-]+(=[\\x21\\x23-\\x7e]*)?");

    private LinuxGuest() {}

    /// The init script, which is a file of each release.
    static byte[] init() {
        return script("init");
    }

    static byte[] script(String name) {
        try (InputStream in = LinuxGuest.class.getResourceAsStream(name)) {
            return Optional.ofNullable(in)
                    .orElseThrow(() -> new IllegalStateException("the script " + name + " is not on the class path"))
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The tree that the kernel starts from: the package's with the guest's files.
    ///
    /// @param files of the kernel release, by title
    /// @throws RefusedException when the package has files where the guest's own belong, or no such program, or
    ///     both together are beyond the limits of a tree
    public static FileTree tree(Arch arch, FileTree root, SortedMap<String, Content> files, ProgramStart start)
            throws IOException {
        FileTree.Builder tree = whole(root, start).toBuilder();
        addOwn(tree, arch, root, files, start);
        return counted(tree);
    }

    /// Whether a package is to be on a disk: it is so large that this is worth while, and the kernel reads such disks.
    ///
    /// @param files of the kernel release, by title
    public static boolean wantsDisk(FileTree root, SortedMap<String, Content> files) throws IOException {
        return DISK_MODULES.stream()
                        .allMatch(module -> files.keySet().stream()
                                .anyMatch(title -> title.startsWith(LinuxFiles.MODULES) && title.endsWith(module)))
                && Unpacked.of(root).fileBytes() > MAX_INITRD_BYTES;
    }

    /// The tree that the kernel starts from where the package is on a disk: the guest's files alone.
    ///
    /// @param files of the kernel release, by title
    /// @throws RefusedException as [#tree] does
    public static FileTree initrd(Arch arch, FileTree root, SortedMap<String, Content> files, ProgramStart start)
            throws IOException {
        // Without a file of this name switch_root takes the tree for none that it may delete.
        FileTree.Builder tree = FileTree.builder()
                .directory("dev")
                .file("init", "")
                .file(HOME + "/disk", new Content.Bytes(script("disk")), true);
        addOwn(tree, arch, root, files, start);
        return counted(tree);
    }

    /// The tree that the program finds at `/`, without the guest's files.
    ///
    /// @throws RefusedException as [#tree] does
    public static FileTree whole(FileTree root, ProgramStart start) throws IOException {
        requireRoom(root);
        requireStart(root, start);
        FileTree.Builder tree = root.toBuilder();
        Account.of(root, start.user()).addFiles(root, tree);
        for (String directory : DIRECTORIES) {
            if (root.find(directory).isEmpty()) {
                tree.directory(directory);
            }
        }
        return tree.buildOrRefuse();
    }

    private static void addOwn(
            FileTree.Builder tree, Arch arch, FileTree root, SortedMap<String, Content> files, ProgramStart start)
            throws IOException {
        Account account = Account.of(root, start.user());
        tree.file(HOME + "/init", file(files, LinuxFiles.INIT), true)
                .file(HOME + "/busybox", file(files, LinuxFiles.BUSYBOX), true)
                .file(HOME + "/verify", new Content.Bytes(script("verify")), true)
                .file(HOME + "/whole", "")
                .file(HOME + "/prepare", new Content.Bytes(script("prepare")), false)
                .file(HOME + "/start", start.script(account));
        ResumeAgent.program(arch).ifPresent(agent -> tree.file(HOME + "/agent", new Content.Bytes(agent), true));
        if (account.uid() != 0) {
            tree.file(HOME + "/owned", lines(owned(root, start, account)));
        }
        for (Map.Entry<String, Content> file : files.entrySet()) {
            if (file.getKey().startsWith(LinuxFiles.MODULES)) {
                tree.file(HOME + "/" + file.getKey(), file.getValue(), false);
            }
        }
    }

    private static FileTree counted(FileTree.Builder tree) throws IOException {
        Unpacked whole = Unpacked.of(tree.buildOrRefuse());
        // The counts take a page themselves.
        long kib = (whole.fileBytes() + Unpacked.PAGE_BYTES) >> 10;
        return tree.file(HOME + "/whole", whole.entries() + " " + kib + "\n").buildOrRefuse();
    }

    /// The directories that belong to the user of the program: its home, unless the package has files there, volumes,
    /// and what is empty in the package, since nothing but to write to it can be done with it.
    private static SortedSet<String> owned(FileTree root, ProgramStart start, Account account) throws IOException {
        SortedSet<String> owned = new TreeSet<>(start.volumes());
        if (root.resolve(account.home()).isEmpty()) {
            owned.add(account.home());
        }
        root.forEach((path, node) -> {
            if (node instanceof Node.Directory(var children) && children.isEmpty() && !MOUNT_POINTS.contains(path)) {
                owned.add("/" + path);
            }
        });
        return owned;
    }

    private static String lines(Collection<String> paths) {
        return paths.stream().map(path -> path + "\n").collect(Collectors.joining());
    }

    /// Requires a user that the package knows, or that it leaves to the guest.
    public static void requireUser(FileTree root, String user) throws IOException {
        Account unused = Account.of(root, user);
    }

    /// Requires a package without files where the guest's own belong.
    public static void requireRoom(FileTree root) throws RefusedException {
        if (root.find(HOME).isPresent()) {
            throw new ArchiveRefusal.Conflict(
                            HOME, "is where guests on linux have their own files; give it another name")
                    .asException();
        }
        CpioWriter.requireNames(root);
    }

    /// Requires a working directory that is there when the program starts.
    ///
    /// @param workingDirectory absolute; empty for `/`
    public static void requireWorkingDirectory(FileTree root, String workingDirectory) throws RefusedException {
        if (workingDirectory.isEmpty() || MOUNT_POINTS.contains(workingDirectory.substring(1))) {
            return;
        }
        boolean isDirectory = root.resolve(workingDirectory)
                .filter(found -> found.node() instanceof Node.Directory)
                .isPresent();
        if (!isDirectory) {
            throw impossible("workdir", "is \"" + workingDirectory + "\"; expected a directory that the package has");
        }
    }

    /// Requires a package that has a program that can be started so, and nothing that is too large for an initrd.
    public static void requireFiles(FileTree root, ProgramStart start) throws IOException {
        requireStart(root, start);
        CpioWriter.requireFiles(root);
    }

    /// The kernel's command line. A panic ends the machine at once instead of leaving it silent.
    /// The files lie in ramfs, which may fill the memory; tmpfs, the other root that Linux has,
    /// holds half of it and leaves out the rest. While it boots, the kernel prints no errors,
    /// because they would stand before the program's output. On x86_64 it does not look whether the timer works:
    /// an emulated processor on a busy host may miss the ticks that it waits for, and the kernel would panic.
    ///
    /// @param options further words, `key=value`, or `key` where the value is empty
    /// @throws RefusedException when an option is no word of a command line, or all are too long for one
    public static String commandLine(Arch arch, SortedMap<String, String> options) throws RefusedException {
        requireOptions(arch, options);
        return line(arch, options);
    }

    private static String line(Arch arch, SortedMap<String, String> options) {
        String board = switch (arch) {
            case X86_64 -> "console=ttyS0 no_timer_check";
            case RISCV64 -> "console=ttyS0";
            case ARM64 -> "console=ttyAMA0";
        };
        StringBuilder line =
                new StringBuilder(board + " quiet loglevel=3 panic=-1 rootfstype=ramfs rdinit=/" + HOME + "/verify");
        for (Map.Entry<String, String> option : options.entrySet()) {
            line.append(' ').append(word(option));
        }
        return line.toString();
    }

    /// Requires options that can be words of the command line.
    ///
    /// @throws RefusedException when one of them is none, or is set by every image, or all are too long for one
    public static void requireOptions(Arch arch, SortedMap<String, String> options) throws RefusedException {
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (!OPTION.matcher(word(option)).matches()) {
                throw impossible(option.getKey(), "is no word of a kernel's command line");
            }
            if (OWN_OPTIONS.contains(option.getKey())) {
                throw impossible(option.getKey(), "is set by every image on linux and cannot be another");
            }
        }
        int length = line(arch, options).length();
        int most = arch == Arch.RISCV64 ? MAX_LINE_RISCV64 : MAX_LINE;
        if (length > most) {
            throw impossible("options", "makes a command line of " + length + " bytes; a kernel reads at most " + most);
        }
    }

    private static String word(Map.Entry<String, String> option) {
        return option.getValue().isEmpty() ? option.getKey() : option.getKey() + "=" + option.getValue();
    }

    private static void requireStart(FileTree root, ProgramStart start) throws RefusedException {
        boolean isFile;
        try {
            isFile = root.resolve(start.program())
                    .filter(found -> found.node() instanceof Node.File)
                    .isPresent();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(new ProgramRefusal.NoProgram(start.program()), e);
        }
        if (!isFile) {
            throw new ProgramRefusal.NoProgram(start.program()).asException();
        }
        requireWord("program", start.program());
        if (start.program().contains("=")) {
            throw impossible("program", "has a path with =, which starts nothing here");
        }
        if (!start.user().isEmpty() && !Execution.isUser(start.user())) {
            throw impossible("user", "is " + Refusal.quoted(start.user()) + "; expected a name or a uid");
        }
        requireWord("workdir", start.workingDirectory());
        requireWorkingDirectory(root, start.workingDirectory());
        for (String argument : start.arguments()) {
            requireWord("arguments", argument);
        }
        for (Map.Entry<String, String> variable : start.environment().entrySet()) {
            requireWord("environment", variable.getKey() + variable.getValue());
            if (variable.getKey().isEmpty() || variable.getKey().contains("=")) {
                throw impossible("environment", "has a variable without a name");
            }
        }
    }

    private static void requireWord(String setting, String word) throws RefusedException {
        if (word.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(word)) {
            throw impossible(setting, "has a word that no program can be given");
        }
    }

    private static Content file(SortedMap<String, Content> files, String title) throws RefusedException {
        Content file = files.get(title);
        if (file == null) {
            throw new ProgramRefusal.MissingKernelFile("linux", title).asException();
        }
        return file;
    }

    private static RefusedException impossible(String setting, String detail) {
        return new ProgramRefusal.ImpossibleSetting(setting, detail).asException();
    }
}
