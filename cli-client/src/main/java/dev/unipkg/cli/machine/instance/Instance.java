package dev.unipkg.cli.machine.instance;

import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.format.Arch;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The record of an instance in its folder, for other pkgs to read.
///
/// @param order what was asked for
/// @param created when the instance was made; a restart keeps it
/// @param left whether it runs on without pkg; an instance that does not dies with its pkg
/// @param pkg the process that watches it, or did until it left
/// @param boot the last attempt to boot it; empty before the first one
public record Instance(
        InstanceName name,
        Order order,
        Setup setup,
        Instant created,
        boolean left,
        HostProcess pkg,
        Optional<Started> boot) {

    /// The number of this form of the record. A reader leaves instances with a higher number alone.
    static final int FORMAT = 1;

    private static final int MAX_FORMAT = 1_000_000;

    /// The command that made the instance.
    ///
    /// @param reference of the package, with its version
    /// @param words of a `pkg run` that boots the same again
    /// @param registry the address of the registry that was configured
    public record Order(String reference, List<String> words, String registry) {
        public Order {
            words = List.copyOf(words);
        }
    }

    /// The machine.
    ///
    /// @param machine the word of QEMU's `-machine`
    /// @param image the folder of the image
    public record Setup(
            String machine,
            Arch arch,
            Memory memory,
            int cpus,
            List<PortForward> forwards,
            Path image,
            ExitReport exitReport) {
        public Setup {
            forwards = List.copyOf(forwards);
        }

        static Setup of(BootPlan plan) {
            Guest guest = plan.guest();
            return new Setup(
                    plan.machine().word(),
                    guest.arch(),
                    guest.memory(),
                    guest.cpus(),
                    guest.forwards(),
                    guest.image().folder(),
                    ExitReport.of(guest.image()));
        }
    }

    /// One boot.
    ///
    /// @param resumed whether it went on from a snapshot instead
    /// @param holder the process that pkg started: QEMU, or the shell that keeps the exit status of a detached one
    /// @param qemu the process that is the machine; the holder until QEMU has said its own number
    /// @param at when it was started
    /// @param readyMillis from QEMU's start to the first answer, where there was one
    public record Started(
            Accelerator accelerator,
            boolean resumed,
            HostProcess holder,
            HostProcess qemu,
            Instant at,
            Optional<Long> readyMillis) {
        boolean isAlive() {
            return holder.isAlive() || qemu.isAlive();
        }

        private Started ready(long millis) {
            return new Started(accelerator, resumed, holder, qemu, at, Optional.of(millis));
        }

        private Started as(HostProcess machine) {
            return new Started(accelerator, resumed, holder, machine, at, readyMillis);
        }
    }

    /// The same instance, started by `process`.
    public Instance started(LaunchMode mode, ProcessHandle process) {
        HostProcess holder = HostProcess.of(process);
        Started now = new Started(mode.accelerator(), mode.resumes(), holder, holder, Instant.now(), Optional.empty());
        return with(left, Optional.of(now));
    }

    /// The same instance with its machine's answer noted.
    public Instance ready(long millis) {
        return with(left, boot.map(now -> now.ready(millis)));
    }

    /// The same instance, left running as `machine`.
    public Instance left(HostProcess machine) {
        return with(true, boot.map(now -> now.as(machine)));
    }

    private Instance with(boolean isLeft, Optional<Started> last) {
        return new Instance(name, order, setup, created, isLeft, pkg, last);
    }

    /// Milliseconds from QEMU's start to the first answer, where there was one.
    public Optional<Long> readyMillis() {
        return boot.flatMap(Started::readyMillis);
    }

    /// Whether its machine runs, or is about to be started.
    public boolean isRunning() {
        return boot.map(Started::isAlive).orElseGet(pkg::isAlive);
    }

    /// Kills its machine and what holds it.
    void kill() {
        boot.ifPresent(started -> {
            started.qemu().kill();
            started.holder().kill();
        });
    }

    /// The record as JSON.
    public Json.Obj toJson() {
        return Json.object()
                .put("format", FORMAT)
                .put("name", name.text())
                .put("reference", order.reference())
                .put("words", Json.texts(order.words()))
                .put("registry", order.registry())
                .put("machine", setup.machine())
                .put("arch", setup.arch().toString())
                .put("memory", setup.memory().toString())
                .put("cpus", setup.cpus())
                .put("forwards", Json.texts(setup.forwards()))
                .put("image", setup.image().toString())
                .put("exitReport", setup.exitReport().toString())
                .put("created", created.toString())
                .put("left", left)
                .put("pkg", pkg.toJson())
                .putIfPresent("boot", boot.map(Instance::json))
                .build();
    }

    private static Json json(Started started) {
        return Json.object()
                .put("accelerator", started.accelerator().toString())
                .put("resumed", started.resumed())
                .put("holder", started.holder().toJson())
                .put("qemu", started.qemu().toJson())
                .put("at", started.at().toString())
                .putIfPresent(
                        "readyMillis", started.readyMillis().map(millis -> new Json.Num(BigDecimal.valueOf(millis))))
                .build();
    }

    /// The number of the form that a record is in.
    static int format(Fields fields) throws IOException {
        return (int) fields.number("format", 1, MAX_FORMAT);
    }

    static Instance of(Fields fields) throws IOException {
        Optional<Fields> boot = fields.optionalFields("boot");
        return new Instance(
                fields.value("name", "a name of an instance", InstanceName::new),
                new Order(fields.text("reference"), fields.texts("words"), fields.text("registry")),
                setup(fields),
                fields.time("created"),
                fields.flag("left"),
                HostProcess.of(fields.fields("pkg")),
                boot.isPresent() ? Optional.of(started(boot.get())) : Optional.empty());
    }

    private static Setup setup(Fields fields) throws IOException {
        return new Setup(
                fields.text("machine"),
                fields.value("arch", "an architecture", Arch::of),
                fields.value("memory", "an amount of memory", Memory::parse),
                (int) fields.number("cpus", 1, Guest.MAX_CPUS),
                fields.values("forwards", "a port forward", PortForward::parse),
                fields.value("image", "a path", Path::of),
                fields.value("exitReport", "device, console or none", word -> ExitReport.valueOf(upper(word))));
    }

    private static Started started(Fields fields) throws IOException {
        return new Started(
                fields.value("accelerator", "kvm or tcg", word -> Accelerator.valueOf(upper(word))),
                fields.optionalFlag("resumed").orElse(false),
                HostProcess.of(fields.fields("holder")),
                HostProcess.of(fields.fields("qemu")),
                fields.time("at"),
                fields.optionalNumber("readyMillis", 0, Json.Num.MAX));
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
