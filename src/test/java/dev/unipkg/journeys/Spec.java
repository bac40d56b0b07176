package dev.unipkg.journeys;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/// A test of one requirement of OCI's distribution-spec. The name of the method is the requirement.
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Spec {

    /// The title of the section that requires it.
    String value();
}
