package dev.unipkg.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ByteRangeTest {

    @Property
    void aPartIsNeverEmptyAndNeverOutsideTheContent(
            @ForAll @LongRange(min = 0, max = 1000) long first,
            @ForAll @LongRange(min = 0, max = 1000) long last,
            @ForAll @LongRange(min = 0, max = 1000) long size) {
        for (String header : new String[] {"bytes=" + first + "-" + last, "bytes=" + first + "-", "bytes=-" + last}) {
            switch (ByteRange.of(header, size)) {
                case ByteRange.Part part ->
                    assertThat(part.offset() >= 0 && part.length() > 0 && part.offset() + part.length() <= size)
                            .isTrue();
                case ByteRange.Unsatisfiable none -> assertThat(none.size()).isEqualTo(size);
                case ByteRange.Whole whole -> throw new AssertionError("a range was ignored: " + header + whole);
            }
        }
    }

    @Property
    void anyHeaderIsReadWithoutAFault(@ForAll String header, @ForAll @LongRange(min = 0) long size) {
        assertThat(ByteRange.of(header, size)).isNotNull();
        assertThat(ByteRange.of("bytes=" + header, size)).isNotNull();
    }

    @Test
    void severalRangesAndOtherUnitsAskForEverything() {
        assertThat(ByteRange.of("bytes=0-1,4-5", 10)).isEqualTo(new ByteRange.Whole(10));
        assertThat(ByteRange.of("lines=0-1", 10)).isEqualTo(new ByteRange.Whole(10));
        assertThat(ByteRange.of("bytes=-", 10)).isEqualTo(new ByteRange.Whole(10));
        assertThat(ByteRange.of(null, 10)).isEqualTo(new ByteRange.Whole(10));
    }
}
