package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.machine.boot.Boot;
import dev.unipkg.cli.machine.boot.BootResult;
import dev.unipkg.cli.machine.boot.EarlierRuns;
import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.Host;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.cli.machine.qemu.MemoryNeed;
import dev.unipkg.cli.machine.snapshot.Resuming;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `pkg run`.
public final class Run implements Verb {
    // A guest without a clock of its own under an interpreter needs seconds; a server that reads its
    // data, a minute.
    private static final int USUAL_PATIENCE_SECONDS = 60;
    private static final int USUAL_GRACE_SECONDS = 10;

    // Options of one run only, or settled by it.
    private static final Set<String> NOT_REPEATED =
            Set.of("--cpus", "--detach", "--kernel", "--memory", "--name", "--publish");

    private List<String> ports = List.of();
    private boolean isolate;
    private boolean hostAccess;
    private boolean detach;
    private Optional<InstanceName> name = Optional.empty();
    private boolean interactive;
    private Accelerator.Choice accelerator = Accelerator.Choice.AUTO;
    private Optional<String> machine = Optional.empty();
    private Optional<Path> qemu = Optional.empty();
    private boolean resume;
    private boolean noResume;
    private boolean template;
    private int patienceSeconds = USUAL_PATIENCE_SECONDS;
    private BootPlan.OnTimeout onTimeout = BootPlan.OnTimeout.KEEP;
    private int graceSeconds = USUAL_GRACE_SECONDS;
    private final ImageOptions options;
    private final CommandSpec spec;

    private Run(ImageOptions options) {
        this.options = options;
        Options own = Options.of(this)
                .flag(
                        "--isolate",
                        "Let the guest reach nothing, neither this host nor the network; ports still lead to it. The way"
                                + " to run a package that you do not trust.",
                        given -> isolate = given)
                .flag(
                        "--host-access",
                        "Let the guest reach, as 10.0.2.2, what listens on this host's loopback addresses. Without it the"
                                + " guest does not, where passt can be used.",
                        given -> hostAccess = given)
                .flag("-d --detach", "Leave it running once it is ready, and print its name.", given -> detach = given)
                .flag(
                        "-i --interactive",
                        "Give the program pkg's standard input, byte for byte and with its end; on Linux.",
                        given -> interactive = given)
                .flag(
                        "--resume",
                        "Go on from a snapshot of a guest that had answered, where there is one, and make one where there is"
                                + " none. By default it is done for packages that say that it is safe.",
                        given -> resume = given)
                .flag("--no-resume", "Boot, whatever the package and the config file say.", given -> noResume = given)
                .hidden("--template", "Make the snapshot of such a guest, and end.", given -> template = given);
        addValues(own);
        this.spec = options.addTo(own).spec();
        spec.usageMessage()
                .description(
                        "Boot a package as a machine of its own, and stay with it: its console is stdout, its exit code is pkg's.",
                        "Ctrl-C asks it to end, once more kills it. Nothing that it writes outlives it.",
                        "With -d it runs on without pkg: see pkg ps, logs, stop, restart and rm.")
                .footer(
                        "",
                        "Examples:",
                        "  pkg run nginx -p 8080:80",
                        "  pkg run -d --name web -m 512M nginx:1.22 -p 8080:80");
    }

    private void addValues(Options own) {
        own.values(
                        "-p --publish <port>",
                        "[address:][host-port:]guest-port[/udp], as in 8080:80; repeatable. Reachable from this"
                                + " machine only, unless an address such as 0.0.0.0 is named; host port 0 chooses a free one.",
                        given -> ports = given)
                .value(
                        "--name <name>",
                        InstanceName.class,
                        "The name of the instance for ps, logs, stop and the like; by default one such as nginx-3f2a.",
                        given -> name = Optional.of(given))
                .value(
                        "--accel <accelerator>",
                        Accelerator.Choice.class,
                        "auto (KVM where it works), kvm or tcg; auto by default.",
                        given -> accelerator = given)
                .value(
                        "--machine <machine>",
                        String.class,
                        "q35, microvm or virt; the best for the image by default.",
                        given -> machine = Optional.of(given))
                .value(
                        "--qemu <program>",
                        Path.class,
                        "The QEMU to use; the one on the PATH by default.",
                        given -> qemu = Optional.of(given))
                .value(
                        "--wait <seconds>",
                        int.class,
                        "How long it may take to be ready, 60 by default; 0 does not ask. In the foreground a guest that"
                                + " takes longer is only mentioned.",
                        given -> patienceSeconds = given)
                .value(
                        "--on-timeout <what>",
                        BootPlan.OnTimeout.class,
                        "What becomes of a detached guest that is not ready in time: keep, the default, or stop. pkg"
                                + " ends with exit code 6 in both cases.",
                        given -> onTimeout = given)
                .value(
                        "--grace <seconds>",
                        int.class,
                        "How long it may take to end when asked, before it is killed; 10 by default.",
                        given -> graceSeconds = given);
    }

    /// The command, for the parser.
    public static CommandSpec command() {
        return new Run(new ImageOptions()).spec;
    }

    @Override
    public int run(Session session) throws Exception {
        return run(session, Optional.empty());
    }

    /// Boots an instance again, for which these options were parsed from the words in its record.
    public int again(Session session, Instance instance) throws Exception {
        detach = true;
        return run(session, Optional.of(instance));
    }

    /// Makes the snapshot ahead from which a run goes on.
    ///
    /// @throws Failure where there can be none
    public static int warm(Session session, ImageOptions options) throws Exception {
        Run run = new Run(options);
        run.template = true;
        return run.run(session);
    }

    /// @param before the instance that is booted again; empty for a new one
    private int run(Session session, Optional<Instance> before) throws Exception {
        // Everything that can be wrong with this host is said before anything is downloaded or composed.
        requireCombination();
        ResumeChoice.Wish wish = ResumeChoice.wish(flag(), session.settings().config());
        Duration patience = Seconds.of("--wait", patienceSeconds);
        Duration grace = Seconds.of("--grace", graceSeconds);
        Machine.require(options.arch(), machine);
        List<PortForward> forwards = template ? forwards() : HostPorts.settle(forwards());
        Path program = Machine.binary(options.arch(), qemu);
        Instances instances = session.instances();
        if (before.isEmpty() && name.isPresent()) {
            instances.requireFree(name.get());
        }
        Bootable bootable = options.boot(session);
        requireStdin(bootable);
        Guest guest = guest(session, bootable, template && forwards.isEmpty() ? Warming.forwards(bootable) : forwards);
        BootPlan plan = new BootPlan(
                bootable.toString(),
                program,
                Machine.of(guest, machine),
                guest,
                accelerator,
                detach,
                new BootPlan.Waiting(bootable.readiness(), patience, onTimeout, grace));
        if (template) {
            return Warming.make(session, bootable, plan);
        }
        sayWhatDoesNotPersist(session, bootable);
        Instance.Order order = order(session, bootable, guest);
        Optional<Resuming> resuming = Warming.resuming(
                session, bootable, plan, new Warming.Asked(wish, order, before.isPresent(), interactive));
        InstanceFolder folder = before.isPresent()
                ? instances.again(before.get().name(), requireSameDisk(before.get(), plan))
                : instances.create(name, order, plan);
        BootResult result = boot(session, plan, folder, resuming);
        return new RunReport(session, bootable, forwards).print(result);
    }

    static KvmFailures kvmFailures(Session session) throws IOException {
        return KvmFailures.in(session.shelf().root().resolve("kvm"));
    }

    private BootResult boot(Session session, BootPlan plan, InstanceFolder folder, Optional<Resuming> resuming)
            throws Exception {
        EarlierRuns earlier = new EarlierRuns(kvmFailures(session), resuming);
        // The record names the image, which is not removed while the instance runs.
        session.close();
        GuestStreams streams = new GuestStreams(
                interactive ? Optional.of(session.in()) : Optional.empty(),
                session.out().live());
        return Boot.run(plan, folder, earlier, session.messages(), streams);
    }

    private void requireCombination() {
        if (isolate && hostAccess) {
            throw Failure.usage("--isolate lets the guest reach nothing, and --host-access this host; choose one");
        }
        if (resume && noResume) {
            throw Failure.usage("--resume and --no-resume are opposites; choose one");
        }
        if (interactive && detach) {
            throw Failure.usage("-i passes pkg's standard input on, and with -d pkg leaves the instance; choose one");
        }
    }

    private Optional<Boolean> flag() {
        return resume || noResume ? Optional.of(resume) : Optional.empty();
    }

    private void requireStdin(Bootable bootable) {
        if (interactive && !(bootable.image() instanceof Image.KernelAndInitrd)) {
            throw Failure.usage("-i is for linux: the kernel is " + bootable.kernelName()
                            + ", where programs have no standard input")
                    .next(
                            bootable.kernelChoice().isPresent()
                                    ? "leave out -i, or choose --kernel linux"
                                    : "leave out -i");
        }
    }

    private void sayWhatDoesNotPersist(Session session, Bootable bootable) {
        Set<String> volumes = bootable.volumes();
        if (!volumes.isEmpty()) {
            session.messages()
                    .say("note: %s names %s as volumes, but nothing there outlives the instance"
                            .formatted(options.reference().name(), String.join(", ", volumes)));
        }
    }

    /// The words that boot the same again, whatever the registry, the tags and the config file say by then.
    private Instance.Order order(Session session, Bootable bootable, Guest guest) {
        List<String> words = new ArrayList<>();
        words.add(bootable.again(options.reference()).toString());
        bootable.kernelChoice().ifPresent(kernel -> words.add("--kernel=" + kernel));
        words.add("--memory=" + guest.memory());
        words.add("--cpus=" + guest.cpus());
        guest.network().forwards().forEach(forward -> words.add("--publish=" + forward));
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            String word = option.longestName();
            if (!option.inherited() && !NOT_REPEATED.contains(word)) {
                option.originalStringValues().forEach(value -> words.add(word + "=" + value));
            }
        }
        options.arguments().ifPresent(arguments -> {
            words.add("--");
            words.addAll(arguments);
        });
        return new Instance.Order(bootable.toString(), words, session.settings().registry());
    }

    // A disk that a guest has written to fits the image only that it was made for.
    private static BootPlan requireSameDisk(Instance before, BootPlan plan) {
        if (plan.guest().image() instanceof Image.Disk disk
                && !before.setup().image().equals(disk.file().toAbsolutePath().getParent())) {
            throw Failure.failed("%s changed since %s was made, whose disk fits the former image only"
                            .formatted(plan.reference(), before.name()))
                    .next("run it anew: pkg rm %s, then pkg run -d".formatted(before.name()));
        }
        return plan;
    }

    private List<PortForward> forwards() {
        try {
            return ports.stream().map(PortForward::parse).toList();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(String.valueOf(e.getMessage())).causedBy(e);
        }
    }

    private Network.Reach reach() {
        if (isolate) {
            return Network.Reach.NOTHING;
        }
        return hostAccess ? Network.Reach.HOST : Network.Reach.OUTSIDE;
    }

    private Guest guest(Session session, Bootable bootable, List<PortForward> forwards) throws IOException {
        String what = bootable.toString();
        Host host = Host.here();
        MemoryNeed need = MemoryNeed.of(bootable.image(), machine.equals(Optional.of("microvm")));
        if (bootable.image() instanceof Image.Disk) {
            Host.requireSpace(
                    what,
                    bootable.choices().writableBytes().orElse(0L),
                    session.shelf().root());
        }
        return new Guest(
                bootable.image(),
                options.arch(),
                host.memory(what, bootable.choices().memoryBytes(), need),
                options.cpus()
                        .orElseGet(
                                () -> host.processors(bootable.choices().cpus().orElse(1))),
                new Network(forwards, reach()));
    }
}
