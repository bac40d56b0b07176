package dev.unipkg.format.json;

import dev.unipkg.format.DocumentRefusal;
import dev.unipkg.format.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// The text of a document. It is decoded as a whole before a parser sees it, because Java's decoder refuses every
/// malformed and overlong sequence while a parser may let some pass.
public final class StrictText {

    private StrictText() {}

    /// Decodes UTF-8 without a byte order mark.
    ///
    /// @throws RefusedException when the bytes are anything else
    public static String decode(byte[] utf8) throws RefusedException {
        if (utf8.length >= 3 && utf8[0] == (byte) 0xef && utf8[1] == (byte) 0xbb && utf8[2] == (byte) 0xbf) {
            throw new DocumentRefusal.ByteOrderMark().asException();
        }
        // Malformed bytes become U+FFFD here. A text that holds none was well-formed, and most are; others are
        // decoded once more by what tells a malformed sequence from that character.
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(new DocumentRefusal.InvalidText("the document"), e);
        }
    }
}
