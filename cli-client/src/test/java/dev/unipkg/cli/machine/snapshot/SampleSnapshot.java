package dev.unipkg.cli.machine.snapshot;

import dev.unipkg.cli.Shell;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import dev.unipkg.format.json.ObjBuilder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Snapshots for tests that damage them.
public final class SampleSnapshot {
    private SampleSnapshot() {}

    /// The only snapshot in a folder.
    public static Path only(Path snapshots) throws IOException {
        return new Snapshots(snapshots).all().getFirst().folder();
    }

    /// A copy of all snapshots of a folder, whose files count as unchanged.
    public static void copy(Path snapshots, Path to) throws IOException, InterruptedException {
        Shell.run("cp", "-a", "--sparse=always", snapshots.toString(), to.toString());
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(to, Files::isDirectory)) {
            for (Path folder : folders) {
                restamp(folder);
            }
        }
    }

    /// Lets the files of a snapshot count as unchanged, so that only QEMU can find out that they are not its own.
    public static void restamp(Path folder) throws IOException {
        Path file = folder.resolve(Snapshots.ABOUT);
        Fields about = Json.parseObject(Files.readAllBytes(file), JsonLimits.DEFAULT);
        ObjBuilder files = Json.object();
        for (String name : new String[] {Snapshots.RAM, Snapshots.STATE, "disk.qcow2"}) {
            if (Files.exists(folder.resolve(name))) {
                files.put(name, FileStamp.of(folder.resolve(name)).toJson());
            }
        }
        Json.Obj restamped = Json.object()
                .put("key", about.text("key"))
                .put("of", about.text("of"))
                .put("qemu", about.text("qemu"))
                .put("made", about.text("made"))
                .put("bootMillis", about.number("bootMillis", 0, Json.Num.MAX))
                .put("files", files.build())
                .build();
        Files.write(file, restamped.toBytes());
    }
}
