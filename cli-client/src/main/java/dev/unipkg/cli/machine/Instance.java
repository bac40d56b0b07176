package dev.unipkg.cli.machine;

import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is written down about an instance in its folder, for other pkgs to find. Replaced by rename, so
/// that a reader sees a whole record or none.
///
/// @param id the folder's name
/// @param reference what was run, as the user may type it
/// @param left whether pkg meant it to run on without pkg; where it did not, nobody wants what outlives that pkg
/// @param pkg the process that watches it, or did until it left
/// @param qemu the process that is the machine (of a detached instance that is not left yet: the shell that
///     holds it)
/// @param readyMillis from QEMU's start to the first answer, where there was one
public record Instance(
        String id, String reference, Setup setup, boolean left, Running pkg, Running qemu, Optional<Long> readyMillis) {

    /// What it runs on.
    ///
    /// @param machine the word of QEMU's `-machine`
    public record Setup(String machine, Accelerator accelerator, Memory memory, int cpus, List<PortForward> forwards) {
        public Setup {
            forwards = List.copyOf(forwards);
        }
    }

    /// A process of this host. The time tells it from a later process with the same number.
    public record Running(long pid, Instant started) {
        static Running of(ProcessHandle process) {
            return new Running(process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
        }

        /// The process, if it still runs.
        public Optional<ProcessHandle> find() {
            return ProcessHandle.of(pid).filter(process -> of(process).started().equals(started));
        }

        /// Kills it and what it holds.
        void kill() {
            find().ifPresent(QemuProcess::kill);
        }
    }

    /// The same instance with its machine's answer noted.
    Instance ready(long millis) {
        return new Instance(id, reference, setup, left, pkg, qemu, Optional.of(millis));
    }

    /// The same instance, left running as `machine`.
    Instance left(Running machine) {
        return new Instance(id, reference, setup, true, pkg, machine, readyMillis);
    }

    /// The instance in `folder`; empty where nothing is written down yet.
    public static Optional<Instance> read(Path folder) throws IOException {
        Path file = folder.resolve(InstanceFolder.STATE);
        return Files.exists(file)
                ? Optional.of(of(Json.parseObject(Files.readAllBytes(file), JsonLimits.DEFAULT)))
                : Optional.empty();
    }

    void write(InstanceFolder folder) throws IOException {
        Path draft = folder.file(InstanceFolder.STATE + ".tmp");
        Files.writeString(draft, toJson().toPrettyString());
        Files.move(draft, folder.file(InstanceFolder.STATE), StandardCopyOption.ATOMIC_MOVE);
    }

    Json.Obj toJson() {
        return Json.object()
                .put("id", id)
                .put("reference", reference)
                .put("machine", setup.machine())
                .put("accelerator", setup.accelerator().toString())
                .put("memory", setup.memory().toString())
                .put("cpus", setup.cpus())
                .put("forwards", Json.texts(setup.forwards()))
                .put("left", left)
                .put("pkg", json(pkg))
                .put("qemu", json(qemu))
                .putIfPresent("readyMillis", readyMillis.map(millis -> new Json.Num(BigDecimal.valueOf(millis))))
                .build();
    }

    private static Json.Obj json(Running process) {
        return Json.object()
                .put("pid", process.pid())
                .put("started", process.started().toString())
                .build();
    }

    private static Instance of(Fields fields) throws IOException {
        return new Instance(
                fields.text("id"),
                fields.text("reference"),
                new Setup(
                        fields.text("machine"),
                        Accelerator.valueOf(fields.text("accelerator").toUpperCase(Locale.ROOT)),
                        fields.value("memory", "an amount of memory", Memory::parse),
                        (int) fields.number("cpus", 1, Guest.MAX_CPUS),
                        fields.values("forwards", "a port forward", PortForward::parse)),
                fields.flag("left"),
                running(fields.fields("pkg")),
                running(fields.fields("qemu")),
                fields.optionalNumber("readyMillis", 0, Json.Num.MAX));
    }

    private static Running running(Fields fields) throws IOException {
        return new Running(fields.number("pid", 0, Json.Num.MAX), fields.value("started", "a time", Instant::parse));
    }
}
