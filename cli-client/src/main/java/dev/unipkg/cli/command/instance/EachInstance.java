package dev.unipkg.cli.command.instance;

import dev.unipkg.cli.command.Session;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// One piece of work on each of several instances. One that fails does not keep it from the others; the first failure
/// is the command's.
record EachInstance(Session session, List<InstanceName> names) {

    interface Work {
        void on(InstanceName name) throws Exception;
    }

    /// Does it to all at once, and prints the names of those to which it was done.
    int inParallel(Work work) throws Exception {
        Map<InstanceName, Future<InstanceName>> running = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (InstanceName name : new LinkedHashSet<>(names)) {
                Callable<InstanceName> task = () -> {
                    work.on(name);
                    return name;
                };
                running.put(name, threads.submit(task));
            }
        }
        List<String> done = new ArrayList<>();
        List<Exception> failed = new ArrayList<>();
        for (Future<InstanceName> each : running.values()) {
            try {
                done.add(each.get().text());
            } catch (ExecutionException e) {
                failed.add(e.getCause() instanceof Exception cause ? cause : e);
            }
        }
        if (failed.isEmpty()) {
            session.out().print(Json.object().put("names", Json.texts(done)).build(), String.join("\n", done));
            return 0;
        }
        if (!done.isEmpty()) {
            session.messages().say("done: " + String.join(", ", done));
        }
        for (Exception other : failed.subList(1, failed.size())) {
            session.messages().fail("pkg: " + (other instanceof Failure failure ? failure.text() : other.toString()));
        }
        throw failed.getFirst();
    }
}
