package dev.unipkg.format;

import static dev.unipkg.format.Refusal.quoted;

/// Why a JSON document (manifest, index, config, request) or a settings file is not read. Fields are named by their
/// path, as in `layers[2].digest`.
public sealed interface DocumentRefusal extends Refusal {

    /// The text is not of the form it should have.
    ///
    /// @param language `JSON` or `YAML`
    record Malformed(String language, String detail, int line, int column) implements DocumentRefusal {}

    /// One object has the same key twice, so that two readers could read different values.
    record DuplicateKey(String path) implements DocumentRefusal {}

    /// A key that is not spelled like the field that readers which ignore the case of keys, as Go's do, take it for.
    record FoldedKey(String path, String field) implements DocumentRefusal {}

    /// Something follows the document.
    record TrailingData(int line, int column) implements DocumentRefusal {}

    /// The document starts with a byte order mark.
    record ByteOrderMark() implements DocumentRefusal {}

    /// The bytes are not UTF-8, or a text holds half a surrogate pair or U+0000.
    record InvalidText(String where) implements DocumentRefusal {}

    /// A number that not every reader can hold exactly: beyond ±(2^53 - 1), or with more digits than that.
    record NumberOutOfRange(String path, String number) implements DocumentRefusal {}

    /// Arrays and objects within each other, deeper than allowed.
    record TooDeep(int limit) implements DocumentRefusal {}

    /// The document is larger than allowed.
    record DocumentTooLarge(long limitBytes) implements DocumentRefusal {}

    /// More values of any kind than allowed.
    record TooManyValues(int limit) implements DocumentRefusal {}

    /// A field that must be there is not.
    record MissingField(String path) implements DocumentRefusal {}

    /// A field has a value of another type.
    record WrongType(String path, String expected, String actual) implements DocumentRefusal {}

    /// A field has a value that it cannot have.
    record InvalidValue(String path, String value, String expected) implements DocumentRefusal {}

    /// A media type that must be understood and is not.
    record UnknownMediaType(String path, String actual, String expected) implements DocumentRefusal {}

    /// A descriptor of ours names other places to fetch its content from, which were not checked.
    record ForeignUrls(String path) implements DocumentRefusal {}

    /// A descriptor of ours carries its content.
    record EmbeddedContent(String path) implements DocumentRefusal {}

    /// A descriptor carries other bytes than those it describes.
    record EmbeddedMismatch(String path) implements DocumentRefusal {}

    /// Well-formed, but not what a package's or kernel release's record must be.
    record NotAPackage(String detail) implements DocumentRefusal {}

    /// A settings file has a key that is none of the settings.
    ///
    /// @param hint the setting that was probably meant, or all that there are
    record UnknownKey(String path, String hint) implements DocumentRefusal {}

    /// Another refusal, with the line of the settings file that it is about.
    record AtLine(int line, Refusal reason) implements DocumentRefusal {
        /// The message of the reason.
        @Override
        public String code() {
            return reason.code();
        }

        @Override
        public Refusal withoutPlace() {
            return reason.withoutPlace();
        }
    }

    /// Another refusal, with the settings file that it is about.
    record InFile(String file, Refusal reason) implements DocumentRefusal {
        /// The message of the reason.
        @Override
        public String code() {
            return reason.code();
        }

        @Override
        public Refusal withoutPlace() {
            return reason.withoutPlace();
        }
    }

    @Override
    default String sentence() {
        return switch (this) {
            case Malformed(var language, var detail, var line, var column) ->
                "not " + language + " (line " + line + ", column " + column + "): " + detail;
            case DuplicateKey(var path) -> "the key " + quoted(path) + " is there twice";
            case FoldedKey(var path, var field) ->
                "the key " + quoted(path) + " could be read as " + quoted(field) + "; spell it so or leave it out";
            case TrailingData(var line, var column) ->
                "something follows the document (line " + line + ", column " + column + ")";
            case ByteOrderMark() -> "starts with a byte order mark; write it without";
            case InvalidText(var where) -> "not UTF-8 text, or text that UTF-8 cannot hold: " + where;
            case NumberOutOfRange(var path, var number) ->
                "the number " + quoted(number) + " of " + quoted(path) + " is out of range; expected at most 2^53 - 1";
            case TooDeep(var limit) -> "more than " + limit + " arrays and objects within each other";
            case DocumentTooLarge(var limit) -> "the document has more than " + limit + " bytes, which is the limit";
            case TooManyValues(var limit) -> "the document has more than " + limit + " values, which is the limit";
            case MissingField(var path) -> quoted(path) + " is missing";
            case WrongType(var path, var expected, var actual) ->
                quoted(path) + " is " + actual + ", expected " + expected;
            case InvalidValue(var path, var value, var expected) ->
                quoted(path) + " is " + quoted(value) + ", expected " + expected;
            case UnknownMediaType(var path, var actual, var expected) ->
                quoted(path) + " is " + quoted(actual) + ", expected " + expected;
            case ForeignUrls(var path) ->
                quoted(path) + " names other places to fetch the content from; leave it out and upload the content";
            case EmbeddedContent(var path) ->
                quoted(path) + " carries the content itself; leave it out and upload the content";
            case EmbeddedMismatch(var path) ->
                quoted(path) + " is not, in base64, the content that the digest and the size describe; leave it out";
            case NotAPackage(var detail) -> "not a package: " + detail;
            case UnknownKey(var path, var hint) -> "there is no setting " + quoted(path) + "; " + hint;
            case AtLine(var line, var reason) -> "line " + line + ": " + reason.message();
            case InFile(var file, var reason) -> file + ": " + reason.message();
        };
    }
}
