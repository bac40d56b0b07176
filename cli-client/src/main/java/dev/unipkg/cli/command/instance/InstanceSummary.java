package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceEnd;
import dev.unipkg.cli.machine.instance.InstanceState;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.output.Times;
import dev.unipkg.format.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/// An instance as lists show it.
record InstanceSummary(Instances.Snapshot seen) {

    private Optional<Instance> instance() {
        return seen.state().known();
    }

    private Optional<Instance.Started> boot() {
        return instance().flatMap(Instance::boot);
    }

    private Optional<InstanceEnd> end() {
        return seen.state() instanceof InstanceState.Ended ended ? Optional.of(ended.end()) : Optional.empty();
    }

    String packageName() {
        return instance().map(known -> known.order().reference()).orElse("-");
    }

    String memory() {
        return instance().map(known -> known.setup().memory().toString()).orElse("-");
    }

    /// In words, as of `now`.
    String status(Instant now) {
        return switch (seen.state()) {
            case InstanceState.Starting _ -> "starting";
            case InstanceState.Running _ ->
                "up "
                        + Times.span(Duration.between(
                                boot().map(Instance.Started::at).orElse(now), now));
            case InstanceState.Ended(Instance _, InstanceEnd end) ->
                "ended " + Times.ago(end.at(), now)
                        + end.exitCode().map(code -> ", exit code " + code).orElse(", exit code unknown")
                        + (end.cause().equals("program") ? "" : " (" + end.cause() + ")");
            case InstanceState.Newer(int format) -> "made by a newer pkg (format " + format + ")";
            case InstanceState.Damaged _ -> "its record is damaged";
            case InstanceState.OfOther(String owner) -> "of the user " + owner;
        };
    }

    String ports() {
        return instance()
                .map(known -> known.setup().forwards().stream()
                        .map(InstanceSummary::shown)
                        .collect(Collectors.joining(", ")))
                .orElse("");
    }

    private static String shown(PortForward forward) {
        String udp = forward.protocol() == PortForward.Protocol.UDP ? "/udp" : "";
        return forward.hostAddress() + ":" + forward.hostPort() + " → " + forward.guestPort() + udp;
    }

    /// For programs: times in UTC.
    Json.Obj json() {
        var json = Json.object()
                .put("name", seen.name())
                .put("status", seen.state().word())
                .put("folder", seen.folder().toString());
        instance()
                .ifPresent(known -> json.put("reference", known.order().reference())
                        .put("detached", known.left())
                        .put("machine", known.setup().machine())
                        .put("arch", known.setup().arch().toString())
                        .put("memory", known.setup().memory().toString())
                        .put("cpus", known.setup().cpus())
                        .put("forwards", Json.texts(known.setup().forwards()))
                        .put("created", known.created().toString()));
        boot().ifPresent(boot -> json.put("started", boot.at().toString())
                .put("accelerator", boot.accelerator().toString())
                .put("resumed", boot.resumed())
                .put("pid", boot.qemu().pid())
                .put("console", seen.console().toString())
                .putIfPresent("readyMillis", boot.readyMillis().map(InstanceSummary::number)));
        end().ifPresent(end -> json.put("ended", end.at().toString())
                .put("cause", end.cause())
                .putIfPresent("exitCode", end.exitCode().map(Integer::longValue).map(InstanceSummary::number)));
        return json.build();
    }

    private static Json number(long value) {
        return new Json.Num(BigDecimal.valueOf(value));
    }
}
