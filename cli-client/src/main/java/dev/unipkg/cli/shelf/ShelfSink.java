package dev.unipkg.cli.shelf;

import dev.unipkg.format.Digest;
import dev.unipkg.format.file.NewFile;
import dev.unipkg.format.source.BlobSink;
import java.io.IOException;
import java.io.OutputStream;

/// Takes what is built here onto the shelf.
public record ShelfSink(Shelf shelf) implements BlobSink {

    @Override
    public Draft draft() throws IOException {
        return new Blob(shelf, shelf.draft());
    }

    private record Blob(Shelf shelf, NewFile file) implements Draft {
        @Override
        public OutputStream out() {
            return file.out();
        }

        @Override
        public void keep(Digest digest, long size) throws IOException {
            if (!shelf.hasBlob(digest, size)) {
                file.commit(shelf.blob(digest));
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
