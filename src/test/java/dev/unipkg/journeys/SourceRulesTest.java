package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Rules for the sources of all modules: one class per name, and sizes that a reader can hold.
///
/// A line of code is neither blank nor a comment nor an import. Records may have any number of components.
class SourceRulesTest {
    private static final int FILE_LINES = 250;
    private static final int METHOD_LINES = 40;
    private static final int PARAMETERS = 5;

    // Resources whose parameters are those of their routes, and methods and constructors that are to be cut.
    private static final Set<String> LONGER_METHODS = Set.of(
            "NamespaceResource#create",
            "KeyResource#create",
            "BlobResource#get",
            "ManifestResource#put",
            "ReferrerResource#list",
            "UploadResource#start",
            "ApiDocument#complete");
    private static final Set<String> MORE_PARAMETERS =
            Set.of("ManifestResource#put", "UploadResource#finish", "UploadResource#start", "Recording#<init>");

    /// The files that may sleep, and why: time is what they are about, or what they wait for has no event.
    private static final Map<String, String> SLEEPING = Map.ofEntries(
            Map.entry("AdministratorKeyTest.java", "a server forgets a revoked key after a time"),
            Map.entry("BootProcess.java", "what a pkg that is tested says to a file"),
            Map.entry("Claim.java", "the file lock of another process"),
            Map.entry("ConnectionsTest.java", "a server looks after its places at intervals"),
            Map.entry("ConsoleFiles.java", "the end of a machine that another process started"),
            Map.entry("DownloadFaultsTest.java", "a slow reader"),
            Map.entry("EmbeddedPostgres.java", "PostgreSQL, which tells its state in a file"),
            Map.entry("FakeQemu.java", "a guest that repeats itself"),
            Map.entry("FakeRegistry.java", "a slow registry"),
            Map.entry("FirstAnswers.java", "the port of a process that was started"),
            Map.entry("HostPorts.java", "a port that the network of a machine which ended lets go"),
            Map.entry("Instances.java", "the end of a machine that another process started"),
            Map.entry("InstanceStop.java", "a guest that is asked again, and a QEMU that listens soon"),
            Map.entry("LinuxBootTest.java", "a guest whose server listens soon"),
            Map.entry("LiveOutput.java", "a machine that starts meanwhile"),
            Map.entry("MessagesTest.java", "the pace of a progress bar"),
            Map.entry("Polling.java", "what other processes do"),
            Map.entry("PortProbeTest.java", "a slow answer"),
            Map.entry("RegistryState.java", "rows and files that go after an answer"),
            Map.entry("Retry.java", "the pause before the next try"),
            Map.entry("S3Bucket.java", "the pause before the next try"),
            Map.entry("S3Multipart.java", "an object that appears in S3"),
            Map.entry("S3StoreTest.java", "an address that expires"),
            Map.entry("SharedShelfTest.java", "kills at any moment"),
            Map.entry("SlowClientsTest.java", "slow clients"),
            Map.entry("SlowHeadTest.java", "a slow registry"),
            Map.entry("UnreadAnswersTest.java", "a server that is silent for a while"),
            Map.entry("Waits.java", "the pace of a load"));
    private static final Pattern SLEEP = Pattern.compile("\\b(?:Thread|TimeUnit\\.[A-Z]+)\\.sleep\\(|\\bparkNanos\\(");

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final List<Path> ALL_SOURCES = new ArrayList<>();
    private static final List<Path> SOURCES = new ArrayList<>();
    private static final Set<String> LONG_FILES = new TreeSet<>();
    private static final Set<String> LONG_METHODS = new TreeSet<>();
    private static final Set<String> LONG_PARAMETER_LISTS = new TreeSet<>();

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .forEach(ALL_SOURCES::add);
        }
        ALL_SOURCES.stream()
                .filter(file -> file.toString().contains("/src/main/java/"))
                .forEach(SOURCES::add);
        assertThat(SOURCES).hasSizeGreaterThan(500);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(SOURCES));
            for (CompilationUnitTree unit : task.parse()) {
                measure(unit, Trees.instance(task).getSourcePositions());
            }
        }
    }

    @Test
    void classNamesAreUnique() {
        Map<String, List<Path>> byName = SOURCES.stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(
                        file -> file.getFileName().toString(), TreeMap::new, Collectors.toList()));
        byName.values().removeIf(files -> files.size() == 1);

        assertThat(byName).isEmpty();
    }

    @Test
    void codeWaitsForEventsWhereThereAreAny() throws IOException {
        Set<String> sleeping = new TreeSet<>();
        for (Path file : ALL_SOURCES) {
            if (SLEEP.matcher(Files.readString(file)).find()) {
                sleeping.add(file.getFileName().toString());
            }
        }

        assertThat(sleeping).containsExactlyInAnyOrderElementsOf(SLEEPING.keySet());
    }

    @Test
    void filesFitTheirBudget() {
        assertThat(LONG_FILES).isEmpty();
    }

    @Test
    void methodsFitTheirBudget() {
        assertThat(LONG_METHODS).isEmpty();
    }

    @Test
    void parameterListsFitTheirBudget() {
        assertThat(LONG_PARAMETER_LISTS).isEmpty();
    }

    private static void measure(CompilationUnitTree unit, SourcePositions positions) throws IOException {
        Path file = Path.of(unit.getSourceFile().toUri());
        List<String> lines = Files.readAllLines(file);
        String name = ROOT.relativize(file).toString();
        long fileLines = codeLines(lines);
        if (fileLines > FILE_LINES) {
            LONG_FILES.add(name + ": " + fileLines);
        }
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
                String what = file.getFileName().toString().replace(".java", "#") + method.getName();
                int first = (int) unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
                int last = (int) unit.getLineMap().getLineNumber(positions.getEndPosition(unit, method));
                long methodLines = codeLines(lines.subList(first - 1, last));
                if (methodLines > METHOD_LINES && !LONGER_METHODS.contains(what)) {
                    LONG_METHODS.add(what + ": " + methodLines);
                }
                boolean ofRecord =
                        ((ClassTree) getCurrentPath().getParentPath().getLeaf()).getKind() == Tree.Kind.RECORD;
                boolean constructor = method.getName().contentEquals("<init>");
                int parameters = method.getParameters().size();
                boolean free = (ofRecord && constructor) || isOverride(method) || MORE_PARAMETERS.contains(what);
                if (parameters > PARAMETERS && !free) {
                    LONG_PARAMETER_LISTS.add(what + ": " + parameters);
                }
                return super.visitMethod(method, null);
            }
        }.scan(unit, null);
    }

    private static boolean isOverride(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .map(AnnotationTree::getAnnotationType)
                .anyMatch(type -> type.toString().equals("Override"));
    }

    private static long codeLines(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                .filter(line -> !line.startsWith("import ") && !line.startsWith("package "))
                .count();
    }
}
