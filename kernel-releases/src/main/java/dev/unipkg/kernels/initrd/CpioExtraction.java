package dev.unipkg.kernels.initrd;

import dev.unipkg.format.tree.Content;
import dev.unipkg.format.tree.FileTree;
import dev.unipkg.format.tree.Node;
import dev.unipkg.format.tree.TreeLimits;
import dev.unipkg.kernels.file.ExtractedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Copies everything of an initrd into a folder, within the rules of [ExtractedFolder].
public final class CpioExtraction {

    private CpioExtraction() {}

    /// Extracts into `folder`, which is made if it is not there.
    ///
    /// @return the paths of what was left out: links with a target that no link can have
    /// @throws java.nio.file.FileAlreadyExistsException when something is in the way
    /// @throws dev.unipkg.format.RefusedException as [CpioReader#read] does; nothing is extracted
    public static List<String> extract(Path initrd, TreeLimits limits, Path folder) throws IOException {
        FileTree tree = CpioReader.read(initrd, limits);
        ExtractedFolder target = new ExtractedFolder(folder);
        tree.forEach((path, node) -> {
            switch (node) {
                case Node.Directory _ -> target.directory(path);
                case Node.File(Content content, boolean executable) ->
                    target.file(path, executable, file -> content.copyTo(file, 0));
                case Node.Symlink(String link) -> target.link(path, link);
            }
        });
        return target.finish();
    }
}
