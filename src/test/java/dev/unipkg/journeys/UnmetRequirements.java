package dev.unipkg.journeys;

import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/// The requirements that a registry is known not to meet. Their tests run as well, and fail where the registry meets
/// the
/// requirement, so the list stays true. Of a table it may meet some rows.
///
/// @param reasons by the names of the tests
record UnmetRequirements(Map<String, String> reasons) implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> context, ExtensionContext extension)
            throws Throwable {
        String reason = reasons.get(context.getExecutable().getName());
        if (isMet(invocation, reason) && reason != null) {
            throw new AssertionError("the requirement is met and listed as unmet: " + reason);
        }
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> context, ExtensionContext extension)
            throws Throwable {
        isMet(invocation, reasons.get(context.getExecutable().getName()));
    }

    /// Runs a test. Its failure is the answer where there is a reason for it.
    private static boolean isMet(Invocation<Void> invocation, @Nullable String reason) throws Throwable {
        try {
            invocation.proceed();
            return true;
        } catch (AssertionError | UncheckedIOException e) {
            if (reason == null) {
                throw e;
            }
            return false;
        }
    }
}
