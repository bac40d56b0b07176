package dev.unipkg.format.oci;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.tree.TreePath;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An OCI image config (image-spec, config.md) of a program for Linux, with one more field, `unikernel`. It holds no
/// time and no history, so that the same build has the same config whenever it is made.
///
/// @param arch written as OCI's `architecture`
/// @param execution the field `config`
/// @param diffIds the digests of the uncompressed layers, in the manifest's order
/// @param unikernel what it needs of its kernel and machine
public record ImageConfig(Arch arch, Execution execution, List<Digest> diffIds, UnikernelSettings unikernel) {

    private static final Pattern PORT = Pattern.compile("([1-9][0-9]{0,4})(?:/(?:tcp|udp))?");

    /// Less than a document may have otherwise: what a registry answers of a version holds the configs of all its
    /// builds, and is a document itself.
    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 32, 50_000);

    private static final String A_PATH = "an absolute path without . or ..";

    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    /// Reads any OCI image config for Linux on an architecture of ours; fields it does not know are ignored.
    ///
    /// @throws RefusedException when the bytes are no such config
    public static ImageConfig read(byte[] json) throws RefusedException {
        Fields fields = Json.parseObject(json, LIMITS);
        Shapes.CONFIG.require(fields);
        String os = fields.text("os");
        if (!os.equals("linux")) {
            throw fields.invalid("os", os, "linux");
        }
        Fields rootfs = fields.fields("rootfs");
        String rootfsType = rootfs.text("type");
        if (!rootfsType.equals("layers")) {
            throw rootfs.invalid("type", rootfsType, "layers");
        }
        Optional<Fields> config = fields.optionalFields("config");
        Optional<Fields> unikernel = fields.optionalFields("unikernel");
        return new ImageConfig(
                fields.value("architecture", "amd64, arm64 or riscv64", Arch::of),
                config.isEmpty() ? Execution.NONE : execution(config.get()),
                rootfs.values("diff_ids", "sha256: and 64 lowercase hex digits", Digest::parse),
                unikernel.isEmpty() ? UnikernelSettings.NONE : UnikernelSettings.of(unikernel.get()));
    }

    /// Requires that all readers see one image in a config of any image, which may be for another system than ours.
    ///
    /// @throws RefusedException when the bytes are no JSON object, or have a key that folds to a field of a config
    public static void requireOneReading(byte[] json) throws RefusedException {
        Shapes.CONFIG.require(Json.parseObject(json, JsonLimits.DEFAULT));
    }

    /// This config, when it can be that of a package: foreign images may say of their ports and folders what no
    /// machine can be given.
    ///
    /// @throws RefusedException naming the field that cannot be meant
    public ImageConfig requirePackage() throws RefusedException {
        for (String port : execution.exposedPorts()) {
            require(isPort(port), "config.ExposedPorts", port, "a port from 1 to 65535, as in 80/tcp or 53/udp");
        }
        for (String volume : execution.volumes()) {
            require(isAbsolute(volume), "config.Volumes", volume, A_PATH);
        }
        String dir = execution.workingDir();
        require(dir.isEmpty() || dir.equals("/") || isAbsolute(dir), "config.WorkingDir", dir, A_PATH);
        String program = execution.program();
        String field = execution.entrypoint().isEmpty() ? "config.Cmd[0]" : "config.Entrypoint[0]";
        require(program.isEmpty() || isAbsolute(program), field, program, A_PATH);
        return this;
    }

    private static boolean isPort(String text) {
        Matcher port = PORT.matcher(text);
        return port.matches() && Integer.parseInt(port.group(1)) <= 65_535;
    }

    private static boolean isAbsolute(String path) {
        return path.startsWith("/") && TreePath.isPath(path.substring(1));
    }

    private static void require(boolean holds, String field, String value, String expected) throws RefusedException {
        if (!holds) {
            throw new DocumentRefusal.InvalidValue(field, value, expected).asException();
        }
    }

    /// The config in OCI's JSON; the same config gives the same bytes.
    public byte[] toBytes() {
        return Json.object()
                .put("architecture", arch.oci())
                .put("os", "linux")
                .put("config", executionJson())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", Json.texts(diffIds))
                                .build())
                .put("unikernel", unikernel.toJson())
                .build()
                .toBytes();
    }

    private Json executionJson() {
        List<String> env = execution.env().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
        return Json.object()
                .putIfPresent("User", Optional.of(execution.user()).filter(user -> !user.isEmpty()))
                .putIfPresent("ExposedPorts", keys(execution.exposedPorts()))
                .putIfAny("Env", env)
                .putIfAny("Entrypoint", execution.entrypoint())
                .putIfAny("Cmd", execution.cmd())
                .putIfPresent("Volumes", keys(execution.volumes()))
                .putIfPresent("WorkingDir", Optional.of(execution.workingDir()).filter(dir -> !dir.isEmpty()))
                .build();
    }

    /// A set the way Go writes it: an object whose values are empty objects.
    private static Optional<Json> keys(Iterable<String> names) {
        var keys = Json.object();
        names.forEach(name -> keys.put(name, Json.object().build()));
        Json.Obj set = keys.build();
        return set.members().isEmpty() ? Optional.empty() : Optional.of(set);
    }

    private static Execution execution(Fields config) throws RefusedException {
        return new Execution(
                config.texts("Entrypoint"),
                config.texts("Cmd"),
                environment(config),
                config.optionalText("WorkingDir").orElse(""),
                new TreeSet<>(config.keys("ExposedPorts")),
                new TreeSet<>(config.keys("Volumes")),
                config.optionalText("User").orElse(""));
    }

    private static SortedMap<String, String> environment(Fields config) throws RefusedException {
        SortedMap<String, String> environment = new TreeMap<>();
        for (String variable : config.texts("Env")) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw config.invalid("Env", variable, "NAME=value");
            }
            if (environment.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1)) != null) {
                throw config.invalid("Env", variable, "each variable once");
            }
        }
        return environment;
    }
}
