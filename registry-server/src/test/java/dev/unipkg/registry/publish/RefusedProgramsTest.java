package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.elf;
import static dev.unipkg.registry.publish.PackageMaker.layer;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import dev.unipkg.format.Arch;
import dev.unipkg.format.oci.Descriptor;
import dev.unipkg.format.oci.Execution;
import dev.unipkg.format.oci.LayerKind;
import dev.unipkg.format.oci.Manifest;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.publish.PackageMaker.Layer;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Builds that are refused since no machine, kernel or program can be given what they ask for.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RefusedProgramsTest extends BadPushes {

    private static final int ELF_TYPE = 16;
    private static final int PROGRAM_HEADERS_AT = 32;
    private static final int PROGRAM_HEADER_SIZE = 54;
    private static final int PROGRAM_HEADER_COUNT = 56;

    @Test
    void aProgramForAnotherArchitecture() {
        refuse(build(Arch.X86_64, elf(Arch.ARM64), "text"), 400, "other-arch");
    }

    @Test
    void aProgramThatIsNoElf() {
        refuse(build(Arch.X86_64, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8), "text"), 400, "not-elf");
    }

    @Test
    void aProgramWhoseHeadersLieOutsideOfIt() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADERS_AT, Long.MAX_VALUE), "text"), 400, "corrupt-elf");
        refuse(build(Arch.X86_64, Arrays.copyOf(damaged(PROGRAM_HEADERS_AT, 64), 100), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramWithMoreHeadersThanItHolds() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_COUNT, (short) 0xffff), "text"), 400, "corrupt-elf");
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_COUNT, (short) 7), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramWhoseHeadersHaveAnotherSize() {
        refuse(build(Arch.X86_64, damaged(PROGRAM_HEADER_SIZE, (short) 7), "text"), 400, "corrupt-elf");
    }

    @Test
    void anObjectFileThatWasNeverLinked() {
        refuse(build(Arch.X86_64, damaged(ELF_TYPE, (short) 1), "text"), 400, "corrupt-elf");
    }

    @Test
    void aProgramThatIsNotThere() {
        Layer empty = layer(
                LayerKind.RUNTIME, FileTree.builder().file("etc/motd", "hi").build());
        refuse(build(Arch.X86_64, List.of(empty), new TreeMap<>()), 400, "no-program");
    }

    @Test
    void aPortThatNoMachineHas() {
        refuseField(running("", "99999/tcp", ""), "config.ExposedPorts");
    }

    @Test
    void aVolumeOutsideOfTheMachine() {
        refuseField(running("/../etc", "80/tcp", ""), "config.Volumes");
    }

    @Test
    void aWorkingDirectoryThatIsRelative() {
        refuseField(running("", "80/tcp", "srv/../.."), "config.WorkingDir");
    }

    @Test
    void aKernelFamilyThatThereIsNot() {
        refuse(needing("\"kernel\":{\"family\":\"bogus\"}"), 400, "unknown-kernel-family");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "memory | \"memory\":9007199254740991 | is 9007199254740991 bytes; expected at most 17592186044416",
                "writable | \"writable\":1099511627777 | is 1099511627777 bytes; expected at most 1099511627776",
                "options | \"options\":{\"a b\":\"\"} | has \"a b\"; expected words of letters",
                "program | \"kernel\":{\"family\":\"nanos\"},\"options\":{\"program\":\"/x\"} | is no option of the"
                        + " kernel",
                "mounts | \"kernel\":{\"family\":\"nanos\"},\"options\":{\"mounts\":\"x\"} | is no tuple of volumes",
                "trace | \"kernel\":{\"family\":\"linux\"},\"options\":{\"trace\":\"a b\"} | is no word of a kernel's",
            })
    void whatNoMachineOrKernelCanBeGiven(String field, String unikernel, String rule) {
        requireRefused(needing(unikernel).push(pusher), 400, "impossible-setting")
                .body("errors[0].detail.field", equalTo(field))
                .body("errors[0].detail.rule", startsWith(rule));
    }

    @Test
    void aCommandLineThatNoKernelReads() {
        String options = "\"kernel\":{\"family\":\"linux\"},\"options\":{\"a\":\"" + "x".repeat(2048) + "\"}";
        requireRefused(needing(options).push(pusher), 400, "impossible-setting")
                .body("errors[0].detail.field", equalTo("options"))
                .body("errors[0].detail.rule", containsString("a kernel reads at most 2047"));
    }

    @Test
    void aProgramThatIsNamedFromNowhere() {
        Execution execution =
                new Execution(List.of("bin/app"), List.of(), new TreeMap<>(), "", new TreeSet<>(), new TreeSet<>());
        Build build = build(Arch.X86_64, build(Arch.X86_64, "relative").layers(), new TreeMap<>(), execution);
        requireRefused(build.push(pusher), 400, "invalid-value")
                .body("errors[0].detail.field", equalTo("config.Entrypoint[0]"))
                .body("errors[0].detail.rule", containsString("an absolute path without . or .."));
    }

    @Test
    void moreEnvironmentThanAProgramIsGiven() {
        Build whole = build(Arch.X86_64, "environment");
        Execution execution = new Execution(
                List.of("/bin/app"),
                List.of(),
                new TreeMap<>(Map.of("LARGE", "x".repeat(128 << 10))),
                "",
                new TreeSet<>(),
                new TreeSet<>());
        requireRefused(
                        build(Arch.X86_64, whole.layers(), new TreeMap<>(), execution)
                                .push(pusher),
                        400,
                        "impossible-setting")
                .body("errors[0].detail.field", equalTo("env"))
                .body("errors[0].detail.rule", containsString("expected at most 131072"));
    }

    @Test
    void aConfigOfMoreThanAMebibyte() {
        refuse(needing("\"klibs\":[\"" + "x".repeat(1 << 20) + "\"]"), 413, "document-too-large");
    }

    /// A package that is whole but for what it needs.
    private static Build needing(String unikernel) {
        Build whole = build(Arch.X86_64, "needing");
        byte[] config = new String(whole.config(), StandardCharsets.UTF_8)
                .replace("\"unikernel\":{", "\"unikernel\":{" + unikernel)
                .getBytes(StandardCharsets.UTF_8);
        Manifest manifest = new Manifest(
                Optional.of(MediaTypes.PACKAGE),
                Descriptor.of(MediaTypes.IMAGE_CONFIG, config),
                whole.layers().stream().map(Layer::descriptor).toList(),
                Optional.empty(),
                new TreeMap<>());
        return new Build(Arch.X86_64, config, whole.layers(), manifest);
    }

    private void refuseField(Build build, String field) {
        requireRefused(build.push(pusher), 400, "invalid-value").body("errors[0].detail.field", equalTo(field));
    }

    /// A package that is whole but for what it says of how it is run.
    private static Build running(String volume, String port, String workingDir) {
        Build whole = build(Arch.X86_64, "running");
        Execution execution = new Execution(
                List.of("/bin/app"),
                List.of(),
                new TreeMap<>(),
                workingDir,
                new TreeSet<>(List.of(port)),
                volume.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(volume)));
        return build(Arch.X86_64, whole.layers(), new TreeMap<>(), execution);
    }

    private static byte[] damaged(int field, long value) {
        byte[] program = elf(Arch.X86_64);
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putLong(field, value);
        return program;
    }

    private static byte[] damaged(int field, short value) {
        byte[] program = elf(Arch.X86_64);
        ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN).putShort(field, value);
        return program;
    }
}
