import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The last step of `./mvnw verify`: reads the reports of all modules, prints one summary, and writes the failures into a
/// file when there are any, which the build then fails for. A test class without a report of this run is a failure too:
/// its module did not run, or its JVM crashed. So is a skip without a reason.
///
/// Usage: `java TestSummary.java <root folder> <start of the build, as an instant> <file of failures>`. Only JDK classes
/// are used, so that this file runs as it is.
public final class TestSummary {

    /// The names of test classes by the house's rules. Surefire also looks into classes called `Test…`, which are props.
    private static final String TEST_NAMES = "\\w*(Test|Tests|TestCase|IT)\\.class";

    private static final List<String> REPORTS = List.of("target/surefire-reports", "target/failsafe-reports");

    private final Instant start;
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> skips = new TreeMap<>();
    private int passed;
    private int skipped;

    private TestSummary(Instant start) {
        this.start = start;
    }

    public static void main(String... args) throws IOException, XMLStreamException {
        Path root = Path.of(args[0]).toAbsolutePath().normalize();
        Path failed = Path.of(args[2]);
        Files.deleteIfExists(failed);
        TestSummary summary = new TestSummary(Instant.parse(args[1]));
        for (String module : modules(root.resolve("pom.xml"))) {
            summary.read(module, root.resolve(module));
        }
        if (!summary.failures.isEmpty()) {
            Files.write(failed, summary.failures);
        }
        summary.print();
    }

    private static List<String> modules(Path pom) throws IOException, XMLStreamException {
        List<String> modules = new ArrayList<>();
        try (InputStream input = Files.newInputStream(pom)) {
            XMLStreamReader xml = XMLInputFactory.newFactory().createXMLStreamReader(input);
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("module")) {
                    modules.add(xml.getElementText().strip());
                }
            }
        }
        if (modules.isEmpty()) {
            throw new IllegalStateException(pom + " names no module");
        }
        return modules;
    }

    private void read(String module, Path folder) throws IOException, XMLStreamException {
        List<String> expected = testClasses(folder.resolve("target/test-classes"));
        if (expected.isEmpty()) {
            failures.add(module + ": has no compiled test class");
        }
        for (String name : expected) {
            if (REPORTS.stream().noneMatch(reports -> ofThisRun(report(folder.resolve(reports), name)))) {
                failures.add(module + ": " + name + " has no report of this run; its JVM crashed or it never ran");
            }
        }
        int before = passed + skipped + failures.size();
        for (String reports : REPORTS) {
            for (Path report : list(folder.resolve(reports))) {
                if (ofThisRun(report)) {
                    readReport(module, report);
                }
            }
        }
        if (passed + skipped + failures.size() == before) {
            failures.add(module + ": ran no test");
        }
    }

    private static Path report(Path reports, String testClass) {
        return reports.resolve("TEST-" + testClass + ".xml");
    }

    private boolean ofThisRun(Path report) {
        try {
            return Files.exists(report) && !Files.getLastModifiedTime(report).toInstant().isBefore(start);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The concrete classes that surefire looks for, by their full names.
    private static List<String> testClasses(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.getFileName().toString().matches(TEST_NAMES)).sorted().toList()) {
                    if (!ClassFile.of().parse(file).flags().has(AccessFlag.ABSTRACT)) {
                        String path = folder.relativize(file).toString();
                        names.add(path.substring(0, path.length() - ".class".length()).replace('/', '.'));
                    }
                }
            }
        }
        return names;
    }

    private static List<Path> list(Path reports) throws IOException {
        if (!Files.isDirectory(reports)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(reports)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        }
    }

    private void readReport(String module, Path report) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream input = Files.newInputStream(report)) {
            XMLStreamReader xml = factory.createXMLStreamReader(input);
            int cases = 0;
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("testcase")) {
                    cases++;
                    readCase(module, xml);
                }
            }
            if (cases == 0) {
                failures.add(module + ": " + report.getFileName() + " tells of no test");
            }
        } catch (XMLStreamException e) {
            failures.add(module + ": " + report + " was cut off: " + e.getMessage());
        }
    }

    /// Reads one `testcase` element to its end. One that holds a `flakyFailure` has passed in the end.
    private void readCase(String module, XMLStreamReader xml) throws XMLStreamException {
        String name = xml.getAttributeValue(null, "classname") + "." + xml.getAttributeValue(null, "name");
        String failure = null;
        String skip = null;
        while (true) {
            int event = xml.next();
            if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
                break;
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "failure", "error" -> failure = message(xml);
                    case "skipped" -> skip = message(xml);
                    default -> {}
                }
            }
        }
        if (failure != null) {
            failures.add(module + ": " + name + ": " + failure);
        } else if (skip != null && skip.matches("|assumption is not (true|false)")) {
            failures.add(module + ": " + name + " was skipped without a reason; give its assumption a message");
        } else if (skip != null) {
            skipped++;
            skips.merge(module + ": " + skip, 1, Integer::sum);
        } else {
            passed++;
        }
    }

    /// The first line of a failure's or a skip's message, without the name of an exception that says no more; empty for a
    /// skip that gives no reason. A message of several lines begins on the line after that name.
    private static String message(XMLStreamReader xml) throws XMLStreamException {
        String message = xml.getAttributeValue(null, "message");
        String text = message == null ? xml.getElementText() : message;
        String line = text.strip()
                .replaceFirst("^[\\w.]+TestAbortedException(:\\s+(Assumption failed(: )?)?)?", "")
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        return line.length() > 200 ? line.substring(0, 200) + "..." : line;
    }

    private void print() {
        System.out.println();
        if (!skips.isEmpty()) {
            System.out.println("Skipped, and why:");
            skips.forEach((reason, count) -> System.out.printf("  %4d  %s%n", count, reason));
        }
        if (!failures.isEmpty()) {
            System.out.println("Failed:");
            failures.forEach(failure -> System.out.println("  " + failure));
        }
        System.out.printf("%d passed, %d failed, %d skipped%n", passed, failures.size(), skipped);
    }
}
