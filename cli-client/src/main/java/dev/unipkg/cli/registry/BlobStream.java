package dev.unipkg.cli.registry;

import dev.unipkg.api.PullNumber;
import dev.unipkg.format.BlockInputStream;
import dev.unipkg.format.ContentRefusal;
import dev.unipkg.format.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The bytes of a blob from some offset to its end. A cut connection is opened again for the rest (RFC 9110,
/// 14.2 "Range"), and the reader does not notice; it never hands out more bytes than the blob has, plus at most
/// one that tells a verifier that there are more.
final class BlobStream extends BlockInputStream {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");
    // Less than this between two cuts counts as no progress, so that a trickle cannot go on for ever.
    private static final long PROGRESS = 64 << 10;

    private final Http http;
    private final URI uri;
    private final long size;
    private final Retry retry;
    private Request get;
    private Optional<CountNotice> notice = Optional.empty();
    private long position;
    private long positionAtCut;
    private int cuts;
    private @Nullable Response response;

    BlobStream(Http http, URI uri, long size, long offset, Retry retry) {
        this.http = http;
        this.uri = uri;
        this.get = Request.get(uri).asOfBlob();
        this.size = size;
        this.retry = retry;
        this.position = offset;
        this.positionAtCut = offset;
    }

    /// Asks the registry not to count this as a download, and tells where it would.
    BlobStream uncounted(CountNotice told) {
        get = get.with(PullNumber.DOWNLOAD_HEADER, PullNumber.NO_DOWNLOAD);
        notice = Optional.of(told);
        return this;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= size) {
            return position > size ? -1 : readBeyond(bytes, offset);
        }
        int wanted = (int) Math.min(length, size - position);
        while (true) {
            try {
                Response current = response == null ? open() : response;
                response = current;
                int count = current.body().read(bytes, offset, wanted);
                if (count > 0) {
                    position += count;
                    return count;
                }
                throw new Unreachable(uri, new EOFException("after %d of %d bytes".formatted(position, size)));
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                recover(e instanceof Unreachable cut ? cut : new Unreachable(uri, e));
            }
        }
    }

    @Override
    public void close() {
        if (response != null) {
            // Not drained: what is left may be a gigabyte.
            response.abort();
            response = null;
        }
    }

    private int readBeyond(byte[] bytes, int offset) throws IOException {
        int count;
        try {
            count = response == null ? -1 : response.body().read(bytes, offset, 1);
        } catch (IOException e) {
            // All bytes are here; how the connection ended does not matter any more.
            count = -1;
        }
        position += 1;
        return count;
    }

    private Response open() throws IOException {
        Response answer = http.send(position > 0 ? get.with("Range", "bytes=" + position + "-") : get);
        try {
            check(answer);
            if (notice.isPresent()
                    && answer.header(PullNumber.DOWNLOAD_HEADER)
                            .filter(PullNumber.COUNTS::equals)
                            .isPresent()) {
                notice.get().counts();
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            answer.abort();
            throw e;
        }
    }

    private void check(Response answer) throws IOException {
        switch (answer.status()) {
            case 200 -> {
                if (answer.length() >= 0 && answer.length() != size) {
                    throw new RefusedException(new ContentRefusal.SizeMismatch(size, answer.length()));
                }
                // This server does not know ranges.
                answer.body().skipNBytes(position);
            }
            case 206 -> {
                Matcher range =
                        CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
                if (!range.matches() || Long.parseLong(range.group(1)) != position) {
                    throw ErrorResponse.unexpected(answer, "asked for bytes from " + position);
                }
                if (!range.group(3).equals("*") && Long.parseLong(range.group(3)) != size) {
                    throw new RefusedException(new ContentRefusal.SizeMismatch(size, Long.parseLong(range.group(3))));
                }
            }
            default -> {
                if (Retry.isPassing(answer.status())) {
                    throw new Unreachable(uri, new IOException("HTTP status " + answer.status()));
                }
                throw ErrorResponse.failure(answer, "download of " + uri);
            }
        }
    }

    private void recover(Unreachable cut) throws IOException {
        close();
        cuts = position - positionAtCut >= PROGRESS ? 1 : cuts + 1;
        positionAtCut = position;
        if (cuts >= retry.attempts()) {
            throw cut;
        }
        retry.pause(cuts, cut.sentence());
    }
}
