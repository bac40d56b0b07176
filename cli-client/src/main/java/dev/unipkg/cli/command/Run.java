package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Bootable;
import dev.unipkg.cli.machine.boot.Begun;
import dev.unipkg.cli.machine.boot.Boot;
import dev.unipkg.cli.machine.boot.BootResult;
import dev.unipkg.cli.machine.boot.EarlierRuns;
import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceFolder;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.Host;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.LaunchMode;
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
    // Options of one run only, or settled by it.
    private static final Set<String> NOT_REPEATED =
            Set.of("--cpus", "--detach", "--kernel", "--memory", "--name", "--publish");

    private final RunOptions asked = new RunOptions();
    private final ImageOptions options;
    private final CommandSpec spec;

    private Run(ImageOptions options) {
        this.options = options;
        this.spec = options.addTo(asked.addTo(Options.of(this))).spec();
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
        asked.detach = true;
        return run(session, Optional.of(instance));
    }

    /// Makes the snapshot ahead from which a run goes on.
    ///
    /// @throws Failure where there can be none
    public static void warm(Session session, ImageOptions options) throws Exception {
        Run run = new Run(options);
        run.asked.template = true;
        int unused = run.run(session);
    }

    /// @param before the instance that is booted again; empty for a new one
    private int run(Session session, Optional<Instance> before) throws Exception {
        Ahead.MACHINE.start();
        // Everything that can be wrong with this host is said before anything is downloaded or composed.
        asked.requireCombination();
        ResumeChoice.Wish wish =
                ResumeChoice.wish(asked.flag(), session.settings().config());
        Duration patience = Seconds.of("--wait", asked.patienceSeconds);
        Duration grace = Seconds.of("--grace", asked.graceSeconds);
        Machine.require(options.arch(), asked.machine);
        List<PortForward> forwards = forwards(before.isPresent());
        Path program = Machine.binary(options.arch(), asked.qemu);
        Settled settled = new Settled(wish, patience, grace, program, new Network(forwards, asked.reach()));
        if (asked.template) {
            Bootable bootable = options.boot(session);
            return Warming.make(session, bootable, plan(session, bootable, settled));
        }
        return before.isPresent() ? again(session, before.get(), settled) : anew(session, settled);
    }

    /// The options that apply to any package, and the network: settled before the package is found.
    private record Settled(ResumeChoice.Wish wish, Duration patience, Duration grace, Path program, Network network) {}

    private int anew(Session session, Settled settled) throws Exception {
        Instances instances = session.instances();
        if (asked.name.isPresent()) {
            instances.requireFree(asked.name.get());
        }
        try (Begun begun = Begun.draft(instances, settled.network(), asked.detach)) {
            Prepared prepared = prepare(session, settled, false);
            begun.record(instances, asked.name, prepared.order(), prepared.plan());
            return boot(session, prepared, begun);
        }
    }

    // Nothing starts in its folder before the record says that it is this pkg's: another one may restart it as well.
    private int again(Session session, Instance before, Settled settled) throws Exception {
        Prepared prepared = prepare(session, settled, true);
        BootPlan plan = requireSameDisk(before, prepared.plan());
        InstanceFolder folder = session.instances().again(before.name(), plan);
        try (Begun begun = Begun.in(folder, plan, LaunchMode.passt(settled.network()))) {
            return boot(session, prepared, begun);
        }
    }

    /// All that a boot needs.
    private record Prepared(Bootable bootable, BootPlan plan, Instance.Order order, Optional<Resuming> resuming) {}

    private Prepared prepare(Session session, Settled settled, boolean again) throws Exception {
        Bootable bootable = options.boot(session);
        requireStdin(bootable);
        BootPlan plan = plan(session, bootable, settled);
        sayWhatDoesNotPersist(session, bootable);
        Instance.Order order = order(session, bootable, plan.guest());
        return new Prepared(
                bootable,
                plan,
                order,
                Warming.resuming(
                        session, bootable, plan, new Warming.Asked(settled.wish(), order, again, asked.interactive)));
    }

    private BootPlan plan(Session session, Bootable bootable, Settled settled) throws IOException {
        Network network = settled.network();
        Guest guest = guest(
                session,
                bootable,
                asked.template && network.forwards().isEmpty()
                        ? new Network(Warming.forwards(bootable), network.reach())
                        : network);
        return new BootPlan(
                bootable.toString(),
                settled.program(),
                Machine.of(guest, asked.machine),
                guest,
                asked.accelerator,
                asked.detach,
                new BootPlan.Waiting(bootable.readiness(), settled.patience(), asked.onTimeout, settled.grace()));
    }

    /// @param again whether a machine that had the ports may have ended just now
    private List<PortForward> forwards(boolean again) throws InterruptedException {
        if (asked.template) {
            return asked.forwards();
        }
        if (again) {
            HostPorts.awaitFree(asked.forwards());
        }
        return HostPorts.settle(asked.forwards());
    }

    static KvmFailures kvmFailures(Session session) throws IOException {
        return KvmFailures.in(session.shelf().root().resolve("kvm"));
    }

    private int boot(Session session, Prepared prepared, Begun begun) throws Exception {
        EarlierRuns earlier = new EarlierRuns(kvmFailures(session), prepared.resuming());
        // The record names the image, which is not removed while the instance runs.
        session.close();
        GuestStreams streams = new GuestStreams(
                asked.interactive ? Optional.of(session.in()) : Optional.empty(),
                session.out().live());
        BootResult result = Boot.run(prepared.plan(), begun, earlier, session.messages(), streams);
        return new RunReport(
                        session, prepared.bootable(), prepared.plan().guest().forwards())
                .print(result);
    }

    private void requireStdin(Bootable bootable) {
        if (asked.interactive && !(bootable.image() instanceof Image.KernelAndInitrd)) {
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

    private Guest guest(Session session, Bootable bootable, Network network) throws IOException {
        String what = bootable.toString();
        Host host = Host.here();
        MemoryNeed need = MemoryNeed.of(bootable.image(), asked.machine.equals(Optional.of("microvm")));
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
                network);
    }
}
