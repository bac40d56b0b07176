package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The last step of `./mvnw verify`, on modules with made-up reports.
class TestSummaryTest {

    private static final Instant START = Instant.parse("2026-11-29T05:00:00Z");
    private static final String PASSED = "<testcase classname='a.T' name='works'/>";

    @TempDir
    Path root;

    private record Ended(boolean failed, List<String> lines) {}

    @BeforeEach
    void twoModules() throws IOException {
        Files.writeString(
                root.resolve("pom.xml"),
                "<project><modules><module>first</module><module>second</module></modules></project>");
        compiled("first", "a.FirstTest");
        compiled("second", "a.SecondTest");
    }

    @Test
    void allPassedIsGoodAndSkipsAreToldWithTheirReason() throws Exception {
        report("first", "a.FirstTest", PASSED);
        report("second", "a.SecondTest", PASSED + """
                <testcase classname='a.SecondTest' name='boots'><skipped><![CDATA[
                org.opentest4j.TestAbortedException: Assumption failed: no QEMU here
                \tat somewhere]]></skipped></testcase>""");

        Ended summary = summary();

        assertThat(summary.failed()).as(summary.toString()).isFalse();
        assertThat(summary.lines()).contains("     1  second: no QEMU here").endsWith("2 passed, 0 failed, 1 skipped");
    }

    @Test
    void reasonOfSeveralLinesIsToldByItsFirst() throws Exception {
        report("first", "a.FirstTest", PASSED);
        report("second", "a.SecondTest", PASSED + """
                <testcase classname='a.SecondTest' name='boots'><skipped><![CDATA[
                org.opentest4j.TestAbortedException:\s
                Assumption failed: no passt here
                it said so
                \tat somewhere]]></skipped></testcase>""");

        assertThat(summary().lines()).contains("     1  second: no passt here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.opentest4j.TestAbortedException: Assumption failed: assumption is not true\n\tat somewhere",
                "org.opentest4j.TestAbortedException\n\tat somewhere"
            })
    void skipWithoutAReasonIsAFailure(String said) throws Exception {
        report("first", "a.FirstTest", PASSED);
        report("second", "a.SecondTest", PASSED + """
                <testcase classname='a.SecondTest' name='boots'><skipped>%s</skipped></testcase>""".formatted(said));

        Ended summary = summary();

        assertThat(summary.failed()).isTrue();
        assertThat(summary.lines())
                .contains("  second: a.SecondTest.boots was skipped without a reason; give its assumption a message");
    }

    @Test
    void failuresOfEveryModuleAreNamed() throws Exception {
        report("first", "a.FirstTest", """
                <testcase classname='a.FirstTest' name='one'><failure message='expected: 1'>…</failure></testcase>""");
        report("second", "a.SecondTest", """
                <testcase classname='a.SecondTest' name='two'><error type='java.io.IOException'>java.io.IOException: gone
                </error></testcase>""");

        Ended summary = summary();

        assertThat(summary.failed()).isTrue();
        assertThat(summary.lines())
                .contains(
                        "  first: a.FirstTest.one: expected: 1",
                        "  second: a.SecondTest.two: java.io.IOException: gone")
                .endsWith("0 passed, 2 failed, 0 skipped");
    }

    @Test
    void aClassWithoutAReportOfThisRunIsAFailure() throws Exception {
        report("first", "a.FirstTest", PASSED);
        compiled("first", "a.CrashedTest");
        Path stale = report("second", "a.SecondTest", PASSED);
        Files.setLastModifiedTime(stale, FileTime.from(START.minusSeconds(60)));

        Ended summary = summary();

        assertThat(summary.failed()).isTrue();
        assertThat(summary.lines())
                .contains(
                        "  first: a.CrashedTest has no report of this run; its JVM crashed or it never ran",
                        "  second: a.SecondTest has no report of this run; its JVM crashed or it never ran");
    }

    @Test
    void aReportThatIsCutOffOrTellsOfNoTestIsAFailure() throws Exception {
        report("first", "a.FirstTest", "");
        Files.writeString(report("second", "a.SecondTest", PASSED), "<testsuite><testcase name='w");

        Ended summary = summary();

        assertThat(summary.failed()).isTrue();
        assertThat(summary.lines())
                .contains("  first: TEST-a.FirstTest.xml tells of no test")
                .anyMatch(line -> line.startsWith("  second: ") && line.contains("was cut off"));
    }

    @Test
    void aModuleWithoutTestClassesIsAFailure() throws Exception {
        report("first", "a.FirstTest", PASSED);
        Files.delete(root.resolve("second/target/test-classes/a/SecondTest.class"));

        assertThat(summary().failed()).isTrue();
    }

    private void compiled(String module, String name) throws IOException {
        Path file = root.resolve(module, "target/test-classes", name.replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, ClassFile.of().build(ClassDesc.of(name), written -> {}));
    }

    private Path report(String module, String name, String cases) throws IOException {
        Path reports = Files.createDirectories(root.resolve(module, "target/surefire-reports"));
        return Files.writeString(reports.resolve("TEST-" + name + ".xml"), "<testsuite>" + cases + "</testsuite>");
    }

    private Ended summary() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        Path.of("summary/java/TestSummary.java").toString(),
                        root.toString(),
                        START.toString(),
                        root.resolve("failed").toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        return new Ended(Files.exists(root.resolve("failed")), lines);
    }
}
