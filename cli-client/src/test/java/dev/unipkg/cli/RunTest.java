package dev.unipkg.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.cli.PkgCommand.Result;
import dev.unipkg.cli.machine.boot.FakeQemu;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.SampleInstance;
import dev.unipkg.cli.training.FakeRegistry;
import dev.unipkg.cli.training.SampleKernel;
import dev.unipkg.cli.training.SampleVersion;
import dev.unipkg.format.Arch;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `pkg run`, on a QEMU that has no machine.
@Timeout(120)
class RunTest {
    @TempDir
    Path temp;

    private FakeRegistry registry;
    private PkgCommand pkg;

    @BeforeEach
    void start() throws IOException {
        registry = new FakeRegistry();
        pkg = PkgCommand.at(temp.resolve("home"), registry);
        new SampleVersion("1.0", 5000, Arch.X86_64).publish(registry, "acme/tool", "1.0");
        SampleKernel.publish(registry, "6.1", "stable");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void whatIsWrongWithTheCommandOrTheHostIsSaidBeforeAnythingIsFetched() throws IOException {
        assertThat(run("--wait", "-5"))
                .isEqualTo(new Result(2, "", "pkg: --wait wants a number of seconds, 0 or more, not -5\n"));
        assertThat(run("--grace=-1"))
                .isEqualTo(new Result(2, "", "pkg: --grace wants a number of seconds, 0 or more, not -1\n"));
        for (String cpus : new String[] {"-1", "0", "256"}) {
            assertThat(run("--cpus=" + cpus))
                    .isEqualTo(new Result(2, "", "pkg: --cpus wants a number from 1 to 255, not " + cpus + "\n"));
        }
        assertThat(run("-e", "A B=1"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "pkg: --env wants the name of a variable before the =, of letters, digits and _ . - and"
                                + " beginning with a letter or _, not \"A B\"\n"));
        assertThat(run("--isolate", "--host-access"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "pkg: --isolate lets the guest reach nothing, and --host-access this host; choose one\n"));
        assertThat(run("-i", "-d"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "pkg: -i passes pkg's standard input on, and with -d pkg leaves the instance; choose one\n"));
        assertThat(run("--machine", "pdp11"))
                .isEqualTo(new Result(2, "", "pkg: no machine is called pdp11; there are q35, microvm and virt\n"));
        assertThat(run("--machine", "virt"))
                .isEqualTo(new Result(2, "", "pkg: a virt machine boots arm64, and this image is for x86_64\n"));
        assertThat(run("--qemu", "/nope")).isEqualTo(new Result(1, "", """
            pkg: there is no program /nope
              next: name a QEMU with --qemu, or leave it out for the one on the PATH
            """));
        Files.createDirectories(temp.resolve("home"));
        Files.writeString(temp.resolve("home/config"), "resume = maybe\n");
        assertThat(run()).isEqualTo(new Result(2, "", """
            pkg: the config file sets resume to "maybe"; expected yes or no
              next: correct that line of it
            """));
        assertThat(registry.seen).isEmpty();
    }

    @Test
    void aDetachedInstanceIsNamedForPeopleAndPrograms() throws Exception {
        Result text = run("-d", "--accel", "tcg", "--qemu", qemu());
        Instance first = instance();
        kill(first);
        assertThat(text.exit()).as(text.err()).isZero();
        assertThat(text.out()).matches("tool-[0-9a-f]{4}\n").isEqualTo(first.name() + "\n");
        assertThat(text.err())
                .endsWith("see its console: pkg logs -f %1$s\nstop it: pkg stop %1$s\n".formatted(first.name()));
        assertThat(pkg.run("rm", first.name().text()).exit()).isZero();

        Result json = run(
                "-d",
                "--accel",
                "tcg",
                "--qemu",
                qemu(),
                "--wait",
                "0",
                "-p",
                "0:80",
                "--output",
                "json",
                "--name",
                "web");
        Instance second = instance();
        long pid = SampleInstance.machine(second).pid();
        kill(second);
        Path folder = temp.resolve("home/instances/web");
        assertThat(json.exit()).as(json.err()).isZero();
        assertThat(json.out()).isEqualTo("""
            {
              "name": "web",
              "pid": %d,
              "folder": "%s",
              "console": "%s",
              "package": "acme/tool",
              "version": "1.0",
              "kernel": "linux:6.1",
              "forwards": [
                "127.0.0.1:%d:80/tcp"
              ]
            }
            """.formatted(
                        pid,
                        folder,
                        folder.resolve("console.log"),
                        second.setup().forwards().getFirst().hostPort()));
    }

    @Test
    void aNameThatAnotherInstanceHasIsRefusedBeforeAnythingIsFetched() throws Exception {
        Path folder = SampleInstance.ended(temp.resolve("home"), "web", 0);

        assertThat(run("--name", "web", "--qemu", qemu())).isEqualTo(new Result(4, "", """
            pkg: there is an instance web already, which has ended
              next: choose another --name, or remove it: pkg rm web
            """));
        assertThat(run("--name", "a/b").err()).startsWith("pkg: --name: not a name of an instance: \"a/b\"");
        assertThat(registry.seen).isEmpty();
        assertThat(folder).exists();
    }

    @Test
    void aPackageThatIsNotThereLeavesNothingBehind() throws Exception {
        Result result = pkg.run("run", "acme/none:1.0", "-p", "0:80", "--accel", "tcg", "--qemu", qemu());

        assertThat(result.exit()).as(result.err()).isEqualTo(3);
        assertThat(pkg.run("ps", "-a").out()).isEmpty();
        try (Stream<Path> left = Files.list(temp.resolve("home/instances"))) {
            assertThat(left.filter(folder -> folder.getFileName().toString().startsWith(".new-")))
                    .isEmpty();
        }
    }

    @Test
    void aRestartBootsTheSameAgainWhateverTheTagsSayByThen() throws Exception {
        String[] words = {"-d", "--accel", "tcg", "--qemu", qemu(), "--name", "web", "-e", "A=1", "-m", "300M"};
        List<String> line = new ArrayList<>(List.of("run", "acme/tool", "--arch", "x86_64", "--isolate"));
        line.addAll(List.of(words));
        line.addAll(List.of("--", "--flag", "two words"));
        Result first = pkg.run(line.toArray(String[]::new));
        assertThat(first.exit()).as(first.err()).isZero();
        List<String> booted = Files.readAllLines(temp.resolve("words"));
        new SampleVersion("1.1", 6000, Arch.X86_64).publish(registry, "acme/tool", "1.1");
        Files.writeString(temp.resolve("home/config"), "memory = 512M\n");

        Result again = pkg.run("restart", "--grace", "0", "web");

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out()).isEqualTo("web\n");
        assertThat(Files.readAllLines(temp.resolve("words"))).isEqualTo(booted);
        assertThat(pkg.run("ps").out()).containsPattern("web +acme/tool:1.0 +up ");
        kill(instance());
    }

    @Test
    void aRestartThatFailsKeepsTheInstance() throws Exception {
        assertThat(run("-d", "--accel", "tcg", "--qemu", qemu(), "--name", "web")
                        .exit())
                .isZero();
        kill(instance());
        Files.writeString(temp.resolve("qemu-system-x86_64"), "#!/bin/sh\necho no such luck >&2\nexit 1\n");

        assertThat(pkg.run("restart", "web").err()).contains("no such luck");
        assertThat(pkg.run("ps", "-a").out()).containsPattern("web +acme/tool:1.0 +ended ");
        assertThat(pkg.run("rm", "web").exit()).isZero();
    }

    @Test
    void anInstanceInTheForegroundIsListedAndKilledByItsName() throws Exception {
        Process process = pkg.start(line("--name", "web", "--accel", "tcg", "--qemu", qemu()));
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.equals("up")) {
                    assertThat(pkg.run("ps").out()).containsPattern("web +acme/tool:1.0 +up ");
                    assertThat(pkg.run("logs", "web").err())
                            .startsWith("pkg: the console of web goes to the pkg that runs it (process ");
                    assertThat(pkg.run("restart", "web").err())
                            .startsWith("pkg: web runs with the pkg that started it ");
                    assertThat(pkg.run("kill", "web").exit()).isZero();
                }
            }
        }
        assertThat(process.waitFor()).as(said.toString()).isEqualTo(128 + 9);
        assertThat(said).endsWith("acme/tool:1.0 was killed");
        assertThat(pkg.run("ps", "-a").out()).isEmpty();
    }

    @Test
    void aPackageWithVolumesIsRunWithAWordThatNothingPersists() throws Exception {
        Path source = Files.createDirectories(temp.resolve("source"));
        Files.writeString(source.resolve("unipkg.yaml"), """
            name: acme/store
            version: "1.0"
            program: /bin/true
            volumes: [/data, /log]
            """);
        Result built = pkg.run("build", source.toString());
        assertThat(built.exit()).as(built.err()).isZero();

        Result result = pkg.run("run", "acme/store:1.0", "--kernel", "linux", "--accel", "tcg", "--qemu", "/bin/false");

        assertThat(result.err())
                .contains("note: acme/store names /data, /log as volumes, but nothing there outlives the instance\n");
    }

    @Test
    void aShelfWithoutRoomForTheInstanceIsSaidToBeFull() throws Exception {
        try (SmallDisk disk = SmallDisk.orSkip(temp)) {
            PkgCommand small = PkgCommand.at(disk.folder(), registry);
            String[] words = line("--accel", "tcg", "--qemu", qemu());
            assertThat(small.run("image", "build", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux")
                            .exit())
                    .isZero();
            SmallDisk.fill(disk.folder());

            Result result = small.run(words);

            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err())
                    .startsWith("pkg: the disk is full")
                    .endsWith("next: free some space, for instance with pkg cache prune, then try again\n");
            assertThat(small.run("ps", "-a").out()).isEmpty();
        }
    }

    @Test
    void theEnvironmentAndTheWallsReachTheMachine() throws Exception {
        Result result =
                run("--isolate", "-e", "MODE=one two", "-m", "300 MiB", "--accel", "tcg", "--qemu", qemu(), "-d");
        kill(instance());
        assertThat(result.exit()).as(result.err()).isZero();

        List<String> words = Files.readAllLines(temp.resolve("words"));
        assertThat(words).containsSubsequence("-m", "300M").containsSubsequence("-netdev", "user,id=net,restrict=on");
        Path initrd = Path.of(words.get(words.indexOf("-initrd") + 1));
        assertThat(Files.readString(initrd, ISO_8859_1)).contains("'MODE=one two'");
    }

    @Test
    void aDetachedGuestThatIsNotReadyInTimeIsKeptAndNamed() throws Exception {
        Result result = run("-d", "-p", "0:80", "--wait", "1", "--accel", "tcg", "--qemu", qemu(), "--output", "json");
        Instance kept = instance();
        kill(kept);

        assertThat(result.exit()).isEqualTo(6);
        assertThat(result.out()).contains("\"name\": \"" + kept.name() + "\"").contains("\"ready\": false");
        assertThat(result.err())
                .contains("{\"problem\":{\"code\":\"not-ready\",\"message\":\"acme/tool:1.0 is not ready after 1 s: ")
                .contains("\"exit\":6");
    }

    @Test
    void aDetachedGuestThatIsNotReadyInTimeIsStoppedWhereThatWasSaid() throws Exception {
        Result result =
                run("-d", "-p", "0:80", "--wait=1", "--grace=1", "--on-timeout=stop", "--accel=tcg", "--qemu", qemu());

        assertThat(result.exit()).isEqualTo(6);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("asked acme/tool:1.0 to end, as it is not ready in time\n")
                .contains("killing acme/tool:1.0: it did not end within 1 s\n")
                .contains("pkg: acme/tool:1.0 is not ready after 1 s: ");
        assertThat(temp.resolve("home/instances")).isEmptyDirectory();
    }

    @Test
    void theGuestsExitCodeAndThatOfPkgAreToldApartInJson() throws Exception {
        String qemu = FakeQemu.in(temp, FakeQemu.REPORTS, "").toString();
        Result result = run("--accel", "tcg", "--qemu", qemu, "--output", "json");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.out()).isEqualTo("booted\n");
        assertThat(result.err().lines()).last().isEqualTo("{\"ended\":{\"exit\":7,\"guest\":{\"exitCode\":7}}}");
    }

    @Test
    void aWaitThatIsNoNumberOfSecondsIsAUsageError() {
        for (String wait : List.of("soon", "1.5", "", "99999999999")) {
            Result result = run("--wait", wait);
            assertThat(result.exit()).as(result.err()).isEqualTo(2);
            assertThat(result.err())
                    .contains("--wait")
                    .contains("\"" + wait + "\"")
                    .contains("expected");
        }
        Result result = run("--on-timeout", "maybe");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--on-timeout").contains("expected one of [keep, stop], not \"maybe\"");
    }

    @Test
    void aGuestThatWasAskedToEndIsKilledAfterItsGrace() throws Exception {
        Process process = pkg.start(line("--grace", "1", "--accel", "tcg", "--qemu", qemu()));
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.equals("up")) {
                    new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                            .start()
                            .waitFor();
                }
            }
        }
        assertThat(process.waitFor()).as(said.toString()).isEqualTo(128 + 2);
        assertThat(said)
                .containsSubsequence(
                        "asked acme/tool:1.0 to end; once more kills it",
                        "killing acme/tool:1.0: it did not end within 1 s");
    }

    @Test
    void aDetachedGuestThatWasAskedToEndIsNotLeftRunningWhenItAnswers() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (ServerSocket guest = new ServerSocket()) {
            Process process = pkg.start(line(
                    "-d", "-p", port + ":80", "--grace", "3", "--host-access", "--accel", "tcg", "--qemu", qemu()));
            List<String> said = new ArrayList<>();
            try (BufferedReader lines = process.inputReader(UTF_8)) {
                Polling.until(process, () -> Files.exists(temp.resolve("home/instances")) && hasBegun());
                new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                        .start()
                        .waitFor();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    said.add(line);
                    if (line.startsWith("asked")) {
                        guest.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                        Thread.ofVirtual().start(() -> answer(guest));
                    }
                }
            }
            assertThat(process.waitFor()).as(said.toString()).isEqualTo(128 + 2);
            assertThat(said).noneMatch(line -> line.contains("is ready after"));
        }
    }

    // The line of the machine once pkg can connect to it.
    private boolean hasBegun() throws IOException {
        try (Stream<Path> folders = Files.list(temp.resolve("home/instances"))) {
            for (Path folder : folders.toList()) {
                Path console = folder.resolve("console.log");
                if (Files.exists(console)
                        && Files.readString(console, ISO_8859_1).contains("up")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void answer(ServerSocket guest) {
        while (!guest.isClosed()) {
            try (Socket caller = guest.accept()) {
                caller.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n".getBytes(UTF_8));
            } catch (IOException e) {
                return;
            }
        }
    }

    // Notes its words before it does anything.
    private String qemu() throws IOException {
        return FakeQemu.in(temp, FakeQemu.STAYS, "printf '%s\\n' \"$@\" >'" + temp.resolve("words") + "'")
                .toString();
    }

    private Instance instance() throws IOException {
        return SampleInstance.all(temp.resolve("home/instances")).getFirst();
    }

    // And waits until the shell that holds it has ended, so that nothing is written any more.
    private static void kill(Instance instance) throws Exception {
        ProcessHandle machine = SampleInstance.machine(instance);
        ProcessHandle shell = machine.parent().flatMap(ProcessHandle::parent).orElseThrow();
        machine.destroyForcibly();
        shell.onExit().get();
    }

    private Result run(String... words) {
        return pkg.run(line(words));
    }

    private static String[] line(String... words) {
        List<String> line = new ArrayList<>(List.of("run", "acme/tool:1.0", "--arch", "x86_64", "--kernel", "linux"));
        line.addAll(List.of(words));
        return line.toArray(String[]::new);
    }
}
