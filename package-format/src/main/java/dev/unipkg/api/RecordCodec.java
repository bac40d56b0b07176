package dev.unipkg.api;

import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.ObjBuilder;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Reads and writes the records of one class as JSON objects, member by member in the order of their components.
final class RecordCodec {

    private static final ClassValue<RecordCodec> CODECS = new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
            return new RecordCodec(type);
        }
    };

    private final Constructor<?> constructor;
    private final List<Member> members;

    private record Member(String name, Method accessor, RecordShape shape) {
        static Member of(RecordComponent component) {
            component.getAccessor().setAccessible(true);
            return new Member(component.getName(), component.getAccessor(), RecordShape.of(component.getGenericType()));
        }
    }

    private RecordCodec(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has its canonical constructor", e);
        }
        constructor.setAccessible(true);
        members = Arrays.stream(components).map(Member::of).toList();
    }

    static RecordCodec of(Class<?> type) {
        return CODECS.get(type);
    }

    Object read(Fields fields) throws RefusedException {
        Object[] values = new Object[members.size()];
        for (int i = 0; i < values.length; i++) {
            Member member = members.get(i);
            values[i] = member.shape().reader().read(fields, member.name());
        }
        try {
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw failure(e);
        }
    }

    Json.Obj write(ApiRecord document) {
        ObjBuilder object = Json.object();
        for (Member member : members) {
            Object value = value(member, document);
            Json json = member.shape().writer().apply(value);
            if (!(json instanceof Json.Null) && !(document.omitsEmpty() && isEmpty(value))) {
                object.put(member.name(), json);
            }
        }
        return object.build();
    }

    private static Object value(Member member, ApiRecord document) {
        try {
            return member.accessor().invoke(document);
        } catch (ReflectiveOperationException e) {
            throw failure(e);
        }
    }

    private static boolean isEmpty(Object value) {
        return value instanceof Collection<?> collection && collection.isEmpty()
                || value instanceof Map<?, ?> map && map.isEmpty();
    }

    private static RuntimeException failure(ReflectiveOperationException failure) {
        return failure instanceof InvocationTargetException thrown
                        && thrown.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("a record of the API is closed to its codec", failure);
    }
}
