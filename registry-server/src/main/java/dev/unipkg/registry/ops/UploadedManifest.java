package dev.unipkg.registry.ops;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.UnikernelSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The file `package.manifest` of a pushed tarball: the client's `Config` as JSON, whose keys count in any case.
///
/// @param program as it is written
/// @param arguments the program's own name, then its arguments
/// @param ports as in `80/tcp`
/// @param volumeBytes the size of the volume; 0 where it says none
record UploadedManifest(
        String program,
        List<String> arguments,
        SortedMap<String, String> environment,
        SortedSet<String> ports,
        List<String> klibs,
        long volumeBytes) {

    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 16, 20_000);

    /// The keys that the client knows (ops 0.1.46, `types.Config`). It refuses every other.
    private static final Map<String, String> KEYS = keys(
            "Args BaseVolumeSz Boot BuildDir CloudConfig Debugflags Description Dirs DisableArgsCopy Env Files Force home"
                    + " Kernel KlibDir Klibs Language LocalFilesParentDirectory ManifestPassthrough MapDirs Mounts"
                    + " NameServers NanosVersion NightlyBuild NoTrace PackageBaseURL PackageManifestURL Program"
                    + " ProgramPath RebootOnExit RunConfig TFSv4 TargetConfig TargetRoot Uefi UefiBoot Version VolumesDir");

    private static final Map<String, String> RUN_KEYS = keys(
            "Accel AtExit AttachVolumeOnInstanceCreate Background BackgroundDetach BridgeIPAddress BridgeName Bridged"
                    + " CPUs CanIPForward Debug GPUType GPUs Gateway GdbPort IPAddress IPv6Address ImageName InstanceGroup"
                    + " InstanceName JSON Kernel Memory Mgmt Mounts NetMask Nics Ports QMP ShowDebug ShowErrors"
                    + " ShowWarnings TapName ThreadsPerCore UDPPorts Verbose Vga VolumeSizeInGb");

    /// Keys that name files of the machine that runs the package, or a command there.
    private static final List<String> OF_THE_HOST = List.of("Files", "Dirs", "MapDirs", "Mounts", "TargetRoot");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmg]?)", Pattern.CASE_INSENSITIVE);
    private static final List<String> UNITS = List.of("", "k", "m", "g");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    private static final int MAX_PORT = 65_535;

    UploadedManifest {
        arguments = List.copyOf(arguments);
        klibs = List.copyOf(klibs);
    }

    /// Reads the file.
    ///
    /// @throws RefusedException when it has a key that clients do not know, or names something of the host
    static UploadedManifest read(byte[] json) throws RefusedException {
        Fields config = spelled(Json.parseObject(json, LIMITS), KEYS);
        Optional<Fields> nested = config.optionalFields("RunConfig");
        Fields run = nested.isEmpty() ? Fields.of(Json.object().build()) : spelled(nested.get(), RUN_KEYS);
        for (String key : OF_THE_HOST) {
            requireAbsent(config, key);
        }
        requireAbsent(run, "AtExit");
        requireAbsent(run, "Mounts");
        SortedSet<String> ports = new TreeSet<>();
        addPorts(ports, run.texts("Ports"), "/tcp");
        addPorts(ports, run.texts("UDPPorts"), "/udp");
        return new UploadedManifest(
                config.text("Program"),
                config.texts("Args"),
                environment(config),
                ports,
                config.texts("Klibs"),
                size(config));
    }

    /// How the program is started in our form.
    ///
    /// @param path of the program, absolute
    Execution execution(String path) {
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        return new Execution(List.of(path), rest, environment, "", ports, new TreeSet<>());
    }

    /// The needs of the package of its kernel and machine.
    UnikernelSettings unikernel() {
        return new UnikernelSettings(
                Optional.of("nanos"), Optional.empty(), klibs, 0, 0, volumeBytes, new TreeMap<>(), Optional.empty());
    }

    private static Map<String, String> keys(String words) {
        return Stream.of(words.split(" "))
                .collect(Collectors.toUnmodifiableMap(key -> key.toLowerCase(Locale.ROOT), Function.identity()));
    }

    /// The same members under the keys as the client spells them.
    private static Fields spelled(Fields fields, Map<String, String> known) throws RefusedException {
        SequencedMap<String, Json> members = new LinkedHashMap<>();
        for (Map.Entry<String, Json> member : fields.object().members().entrySet()) {
            String key = known.get(member.getKey().toLowerCase(Locale.ROOT));
            if (key == null) {
                throw new DocumentRefusal.UnknownKey(
                                fields.path(member.getKey()), "ops reads no " + PackageManifest.FILE + " that has it")
                        .asException();
            }
            if (members.put(key, member.getValue()) != null) {
                throw new DocumentRefusal.DuplicateKey(fields.path(key)).asException();
            }
        }
        return Fields.of(new Json.Obj(members));
    }

    private static void requireAbsent(Fields fields, String key) throws RefusedException {
        boolean absent = switch (fields.optional(key).orElse(Json.NULL)) {
            case Json.Null _ -> true;
            case Json.Text(var text) -> text.isEmpty();
            case Json.Arr(var elements) -> elements.isEmpty();
            case Json.Obj(var members) -> members.isEmpty();
            case Json.Num _, Json.Bool _ -> false;
        };
        if (!absent) {
            throw fields.invalid(
                    key, "set", "nothing, because a package names no file and no command of the machine that runs it");
        }
    }

    private static SortedMap<String, String> environment(Fields config) throws RefusedException {
        SortedMap<String, String> environment = new TreeMap<>(config.textMap("Env"));
        for (String name : environment.keySet()) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw config.invalid("Env", name, "names of variables");
            }
        }
        return environment;
    }

    /// Ports that are numbers. Others, as `80-90`, are left to whoever runs the package.
    private static void addPorts(SortedSet<String> ports, List<String> texts, String protocol) {
        texts.stream()
                .filter(text -> PORT.matcher(text).matches())
                .filter(text -> Integer.parseInt(text) > 0 && Integer.parseInt(text) <= MAX_PORT)
                .forEach(text -> ports.add(Integer.parseInt(text) + protocol));
    }

    private static long size(Fields config) throws RefusedException {
        String text = config.optionalText("BaseVolumeSz").orElse("");
        if (text.isEmpty()) {
            return 0;
        }
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw config.invalid("BaseVolumeSz", text, "a size as in 100m or 1g");
        }
        int shift = 10 * UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT));
        long bytes = Long.parseLong(size.group(1));
        if (bytes > UnikernelSettings.MAX_WRITABLE_BYTES >> shift) {
            throw config.invalid("BaseVolumeSz", text, "at most 1024g");
        }
        return bytes << shift;
    }
}
