package dev.unipkg.kernels.nanos;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unipkg.format.Arch;
import dev.unipkg.format.ArchiveRefusal;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.ProgramRefusal;
import dev.unipkg.format.Refusal;
import dev.unipkg.format.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NanosTarballTest {

    @TempDir
    Path folder;

    private static Map<String, byte[]> entries(Arch arch) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("klibs/", new byte[0]);
        for (var file : InventedRelease.files(arch).entrySet()) {
            entries.put(file.getKey(), file.getValue().readAll());
        }
        return entries;
    }

    private NanosTarball read(String name, byte[] tarball) throws IOException {
        return NanosTarball.read(Files.write(folder.resolve(name), tarball));
    }

    private NanosTarball read(Map<String, byte[]> entries) throws IOException {
        return read("nanos-release-linux-0.1.55.tar.gz", InventedRelease.tarball(entries));
    }

    private Refusal refusal(Map<String, byte[]> entries) {
        try {
            read(entries);
        } catch (RefusedException e) {
            return e.refusal();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("was not refused");
    }

    @ParameterizedTest
    @CsvSource({
        "nanos-release-linux-0.1.55.tar.gz, 0.1.55, X86_64",
        "nanos-release-linux-0.1.55-virt.tar.gz, 0.1.55, ARM64",
        "nanos-release-linux-b9c3671.tar.gz, b9c3671, X86_64",
        "nanos-nightly-linux.tar.gz, nightly, X86_64",
        "nanos-nightly-linux-virt.tar.gz, nightly, ARM64",
    })
    void theNameSaysVersionAndArchitecture(String name, String version, Arch arch) throws IOException {
        NanosTarball release = read(name, InventedRelease.tarball(entries(arch)));

        assertThat(release.version()).hasToString(version);
        assertThat(release.arch()).isEqualTo(arch);
        assertThat(release.files().keySet())
                .containsExactlyElementsOf(InventedRelease.files(arch).keySet());
        assertThat(requireNonNull(release.files().get("kernel.img")).readAll())
                .isEqualTo(InventedRelease.file(arch, "kernel.img"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nanos.tar.gz", "nanos-release-linux-.tar.gz", "nanos-release-linux-a_b.tar.gz", "x.zip"})
    void anotherNameIsRefused(String name) throws IOException {
        byte[] tarball = InventedRelease.tarball(entries(Arch.X86_64));

        assertThatThrownBy(() -> read(name, tarball))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(NameRefusal.InvalidName.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "boot.img"})
    void aReleaseWithoutItsKernelIsRefused(String title) throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.remove(title);

        assertThat(refusal(entries))
                .isEqualTo(new ProgramRefusal.MissingKernelFile("nanos-release-linux-0.1.55.tar.gz", title));
    }

    @Test
    void aKernelOfAnotherArchitectureIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.put("kernel.img", InventedRelease.file(Arch.ARM64, "kernel.img"));

        assertThat(refusal(entries)).isInstanceOf(ProgramRefusal.OtherArch.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernel.img | expected an ELF file, which starts with 7f454c46",
                "klibs/tls | expected an ELF file, which starts with 7f454c46",
                "boot.img | expected boot code: whole sectors of 512 bytes",
                "bootx64.efi | expected a UEFI application for x86_64",
            })
    void aFileThatIsNotWhatItIsCalledIsRefused(String title, String expected) throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        for (byte[] other : new byte[][] {{}, {0x7f}, new byte[100], new byte[50_000]}) {
            entries.put(title, other);

            assertThat(refusal(entries)).isInstanceOf(ProgramRefusal.CorruptKernel.class);
            assertThat(refusal(entries).message())
                    .contains("nanos-release-linux-0.1.55.tar.gz", title + " is " + other.length + " bytes", expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "klibs/tls"})
    void aFileThatIsCutOffIsRefused(String title) throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.computeIfPresent(title, (_, whole) -> Arrays.copyOf(whole, whole.length - 1));

        assertThat(refusal(entries)).isInstanceOf(ProgramRefusal.CorruptElf.class);
    }

    @Test
    void aFileWhoseSectionHeadersAreCutOffIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.computeIfPresent("klibs/tls", (_, whole) -> {
            ByteBuffer.wrap(whole)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(40, whole.length - 63)
                    .putShort(58, (short) 64)
                    .putShort(60, (short) 1);
            return whole;
        });

        assertThat(refusal(entries).message()).contains("its section headers go on behind its end");
    }

    @Test
    void aLoaderThatIsCutOffIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        for (int length : new int[] {149_999, 200, 0xa0}) {
            entries.computeIfPresent("bootx64.efi", (_, whole) -> Arrays.copyOf(whole, length));

            assertThat(refusal(entries).message()).contains("bootx64.efi is " + length + " bytes", "all sections");
        }
    }

    @Test
    void bootCodeThatIsCutOffIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.computeIfPresent("boot.img", (_, whole) -> Arrays.copyOf(whole, whole.length - 512));

        assertThat(refusal(entries)).isInstanceOf(ProgramRefusal.CorruptKernel.class);
    }

    @Test
    void whatIsForAnotherMachineIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.put("klibs/tls", entries(Arch.ARM64).get("klibs/tls"));
        assertThat(refusal(entries))
                .isEqualTo(new ProgramRefusal.OtherArch(
                        "nanos-release-linux-0.1.55.tar.gz/klibs/tls", Arch.X86_64, "arm64"));

        entries.putAll(entries(Arch.X86_64));
        entries.put("bootx64.efi", entries(Arch.ARM64).get("bootaa64.efi"));
        assertThat(refusal(entries)).isInstanceOf(ProgramRefusal.CorruptKernel.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../kernel.img",
                "/kernel.img",
                "nanos/kernel.img",
                "klibs/../x",
                "klibs/a/b",
                "README",
                "klibs/.x"
            })
    void aPathThatNoReleaseHasIsRefused(String path) throws IOException {
        byte[] content = InventedRelease.file(Arch.X86_64, "kernel.img");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            for (String name : new String[] {path, "kernel.img"}) {
                TarArchiveEntry entry = new TarArchiveEntry(name, true);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }

        assertThatThrownBy(() -> read("nanos-release-linux-1.tar.gz", bytes.toByteArray()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal())
                                .isInstanceOfAny(ArchiveRefusal.UnsafePath.class, ArchiveRefusal.InvalidPath.class));
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_LINK, TarConstants.LF_SYMLINK, TarConstants.LF_CHR, TarConstants.LF_FIFO})
    void linksAndDevicesAreRefused(byte type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry("kernel.img", type);
            entry.setLinkName("/etc/passwd");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        assertThatThrownBy(() -> read("nanos-release-linux-1.tar.gz", bytes.toByteArray()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal()).isInstanceOf(ArchiveRefusal.UnknownEntry.class));
    }

    @Test
    void aReleaseThatUnpacksToTooMuchIsRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        entries.put("klibs/bomb", new byte[64 << 20]);

        assertThat(refusal(entries)).isInstanceOf(ContentRefusal.TooLarge.class);
    }

    /// A reader of tar keeps a name in memory, and pax records, before anybody sees the entry.
    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_GNUTYPE_LONGLINK, 'x', 'g'})
    void aNameThatWouldTakeAllMemoryIsRefused(byte type) throws IOException {
        byte[] tarball = tarballOf("././@LongLink", type, "1048576 comment=");

        assertThatThrownBy(() -> read("nanos-release-linux-1.tar.gz", tarball))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("more than 65536 bytes stand before an entry");
    }

    /// One entry of any type with a mebibyte in it that begins with `start`.
    private static byte[] tarballOf(String name, byte type, String start) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var gzip = new GzipCompressorOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, type);
            entry.setSize(1 << 20);
            byte[] header = new byte[512];
            entry.writeEntryHeader(header);
            gzip.write(header);
            byte[] content = new byte[1 << 20];
            Arrays.fill(content, (byte) 'n');
            content[content.length - 1] = '\n';
            System.arraycopy(start.getBytes(StandardCharsets.US_ASCII), 0, content, 0, start.length());
            gzip.write(content);
            gzip.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    @Test
    void tooManyFilesAreRefused() throws IOException {
        Map<String, byte[]> entries = entries(Arch.X86_64);
        for (int i = 0; i < 200; i++) {
            entries.put("klibs/" + i, new byte[0]);
        }

        assertThat(refusal(entries)).isInstanceOf(ArchiveRefusal.TooManyEntries.class);
    }

    @Test
    void aTarballThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] tarball = InventedRelease.tarball(entries(Arch.X86_64));

        for (int length = 0; length < tarball.length - 1; length += 4_999) {
            byte[] cut = Arrays.copyOf(tarball, length);
            assertThatThrownBy(() -> read("nanos-release-linux-1.tar.gz", cut)).isInstanceOf(RefusedException.class);
        }
    }
}
