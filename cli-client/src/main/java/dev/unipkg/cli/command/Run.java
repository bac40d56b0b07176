package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.machine.Accelerator;
import dev.unipkg.cli.machine.Boot;
import dev.unipkg.cli.machine.Guest;
import dev.unipkg.cli.machine.Host;
import dev.unipkg.cli.machine.KvmNotes;
import dev.unipkg.cli.machine.Machine;
import dev.unipkg.cli.machine.MemoryNeed;
import dev.unipkg.cli.machine.Network;
import dev.unipkg.cli.machine.PortForward;
import dev.unipkg.cli.machine.Ports;
import dev.unipkg.cli.talk.ExitCode;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pkg run`.
@Command(
        name = "run",
        description = {
            "Boot a package as a machine of its own, and stay with it: its console is stdout, its exit code is pkg's.",
            "Ctrl-C asks it to end, once more kills it. Nothing that it writes outlives it."
        })
public final class Run implements Verb {
    // A guest without a clock of its own under an interpreter needs seconds; a server that reads its
    // data, a minute.
    private static final int USUAL_PATIENCE_SECONDS = 60;
    private static final int USUAL_GRACE_SECONDS = 10;

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "<port>",
            description = "[address:][host-port:]guest-port[/udp], as in 8080:80; repeatable. Reachable from this"
                    + " machine only, unless an address such as 0.0.0.0 is named; host port 0 chooses a free one.")
    List<String> ports = new ArrayList<>();

    @Option(
            names = "--isolate",
            description = "Let the guest reach nothing, neither this host nor the network; ports still lead to it.")
    boolean isolate;

    @Option(
            names = {"-d", "--detach"},
            description = "Leave it running once it answers, and print its id.")
    boolean detach;

    @Option(
            names = "--accel",
            paramLabel = "<accelerator>",
            description = "auto (KVM where it works), kvm or tcg; auto by default.")
    Accelerator.Choice accelerator = Accelerator.Choice.AUTO;

    @Option(
            names = "--machine",
            paramLabel = "<machine>",
            description = "q35, microvm or virt; the best for the image by default.")
    Optional<String> machine = Optional.empty();

    @Option(
            names = "--qemu",
            paramLabel = "<program>",
            description = "The QEMU to use; the one on the PATH by default.")
    Optional<Path> qemu = Optional.empty();

    @Option(
            names = "--wait",
            paramLabel = "<seconds>",
            description = "How long to wait for the first answer, 60 by default; 0 does not wait.")
    int patienceSeconds = USUAL_PATIENCE_SECONDS;

    @Option(
            names = "--grace",
            paramLabel = "<seconds>",
            description = "How long it may take to end when asked, before it is killed; 10 by default.")
    int graceSeconds = USUAL_GRACE_SECONDS;

    @Mixin
    ImageOptions options = new ImageOptions();

    @Override
    public int run(Session session) throws Exception {
        // Everything that can be wrong with this host is said before anything is downloaded or composed.
        Duration patience = seconds("--wait", patienceSeconds);
        Duration grace = seconds("--grace", graceSeconds);
        Machine.require(options.arch(), machine);
        List<PortForward> forwards = Ports.settle(forwards());
        Path program = Machine.binary(options.arch(), qemu);
        ComposedImage composed = session.image(options.reference(), options.arch(), options.choices());
        String what = composed.name() + ":" + composed.version();
        Guest guest = guest(session, what, composed, forwards);
        Boot.Plan plan = new Boot.Plan(
                what,
                program,
                Machine.of(guest, machine),
                guest,
                accelerator,
                detach,
                composed.config().unikernel().readiness(),
                patience,
                grace);
        KvmNotes notes = KvmNotes.in(session.shelf().root().resolve("kvm"));
        Boot.Result result = Boot.run(plan, session.shelf().instances(), notes, session.talk(), session.out().stream());
        return switch (result) {
            case Boot.Result.Exit(int code) -> code;
            case Boot.Result.LeftRunning left -> {
                session.out().print(json(left, composed, forwards), left.id());
                yield ExitCode.DONE.number();
            }
        };
    }

    private List<PortForward> forwards() {
        try {
            return ports.stream().map(PortForward::parse).toList();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private static Duration seconds(String option, int seconds) {
        if (seconds < 0) {
            throw Failure.usage(option + " wants a number of seconds, 0 or more, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private Guest guest(Session session, String what, ComposedImage composed, List<PortForward> forwards)
            throws IOException {
        Host host = Host.here();
        MemoryNeed need = MemoryNeed.of(composed.image(), machine.equals(Optional.of("microvm")));
        if (composed.image() instanceof Image.Disk) {
            Host.requireRoom(
                    what, composed.choices().writableBytes(), session.shelf().root());
        }
        return new Guest(
                composed.image(),
                options.arch(),
                host.memory(what, composed.choices().memoryBytes(), need),
                options.cpus()
                        .orElseGet(() -> host.processors(composed.choices().cpus())),
                new Network(forwards, isolate));
    }

    private static Json json(Boot.Result.LeftRunning left, ComposedImage composed, List<PortForward> forwards) {
        return Json.object()
                .put("id", left.id())
                .put("folder", left.folder().toString())
                .put("name", composed.name().toString())
                .put("version", composed.version().text())
                .put("kernel", composed.kernel().toString())
                .put("forwards", Json.texts(forwards))
                .build();
    }
}
