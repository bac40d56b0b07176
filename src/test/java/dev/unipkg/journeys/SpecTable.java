package dev.unipkg.journeys;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;

/// A test of one requirement of OCI's distribution-spec, as [Spec], once for each row of a table.
@ParameterizedTest
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface SpecTable {

    /// The title of the section that requires it.
    String value();
}
