package dev.unipkg.cli.command;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.api.FileInfo;
import dev.unipkg.cli.output.Sizes;
import dev.unipkg.cli.output.Table;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A list of files, as text and as JSON.
public record FileListing(List<FileInfo> files) {

    /// Lists the files of a tree.
    public static FileListing of(FileTree tree) throws IOException {
        List<FileInfo> files = new ArrayList<>();
        tree.forEach((path, node) -> files.add(info(path, node)));
        return new FileListing(files);
    }

    public Json json() {
        return new Json.Arr(files.stream().<Json>map(ApiRecord::toJson).toList());
    }

    public String text() {
        Table table = new Table("TYPE", "SIZE", "PATH");
        for (FileInfo file : files) {
            String size = file.type() == FileInfo.Type.FILE ? Sizes.shown(file.size()) : "-";
            String target = file.target().map(text -> " -> " + text).orElse("");
            table.row(file.executable() ? "program" : file.type().toString(), size, "/" + file.path() + target);
        }
        return table.toString();
    }

    private static FileInfo info(String path, Node node) {
        return switch (node) {
            case Node.Directory directory -> new FileInfo(path, FileInfo.Type.DIRECTORY, 0, false, Optional.empty());
            case Node.File file ->
                new FileInfo(path, FileInfo.Type.FILE, file.content().size(), file.executable(), Optional.empty());
            case Node.Symlink link -> new FileInfo(path, FileInfo.Type.SYMLINK, 0, false, Optional.of(link.target()));
        };
    }
}
