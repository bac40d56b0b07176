package dev.unipkg.registry.problems;

import dev.unipkg.api.ApiRecord;
import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;

/// Reads JSON from a request, never more of it than allowed.
public final class JsonBody {

    /// For the small documents of the native API: 64 KiB.
    public static final JsonLimits SMALL = new JsonLimits(64 << 10, 16, 1_000);

    private JsonBody() {}

    /// All bytes of a request body.
    ///
    /// @throws RefusedException where there are more than `limitBytes`
    public static byte[] bytes(InputStream body, int limitBytes) throws IOException {
        byte[] bytes = body.readNBytes(limitBytes + 1);
        if (bytes.length > limitBytes) {
            throw new DocumentRefusal.DocumentTooLarge(limitBytes).asException();
        }
        return bytes;
    }

    /// A small document.
    public static <T extends ApiRecord> T small(InputStream body, Class<T> type) throws IOException {
        return ApiRecord.read(small(body), type);
    }

    /// The fields of a small JSON object.
    public static Fields small(InputStream body) throws IOException {
        return Json.parseObject(bytes(body, (int) SMALL.bytes()), SMALL);
    }
}
