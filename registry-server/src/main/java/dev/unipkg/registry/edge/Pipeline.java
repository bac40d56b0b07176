package dev.unipkg.registry.edge;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// The steps of every request, in order. They stand before all routes of Quarkus and its extensions; the last
/// one stands behind them. A step answers, or calls `next`.
@ApplicationScoped
class Pipeline {

    private final RepositoryPaths repositoryPaths;
    private final Connections connections;
    private final RouteProblems problems;
    private final FastLane fastLane;

    /// The place of the next step. Quarkus numbers its own routes from about -40,000 on.
    private int order = Integer.MIN_VALUE;

    Pipeline(RepositoryPaths repositoryPaths, Connections connections, RouteProblems problems, FastLane fastLane) {
        this.repositoryPaths = repositoryPaths;
        this.connections = connections;
        this.problems = problems;
        this.fastLane = fastLane;
    }

    void build(@Observes Router router) {
        // It begins a request anew, so nothing stands before it.
        step(router, repositoryPaths::address);
        // The state of the connection changes with each request, also with those that are refused below.
        step(router, connections::noteRequest);
        // Labels and headers are for all answers, so they are set before anything answers.
        step(router, MetricLabels::label);
        step(router, SafeHeaders::set);
        // The rest of a body is dropped, whoever answers before its end.
        step(router, UnreadBodies::dropAfterAnswer);
        // No work is done for a client that does not read.
        step(router, UnreadAnswers::awaitReader);
        // An ambiguous request gets no further. All failures of later steps and routes are answered here.
        router.route().order(order++).handler(problems::refuseAmbiguous).failureHandler(problems::answerFailure);
        // The handlers of Quarkus would answer any path below theirs.
        step(router, OperatorPaths::refuseOthers);
        // Answers from memory cost no thread, so they come before the resources.
        for (String path : HotPaths.ALL) {
            router.route(path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .order(order++)
                    .handler(fastLane::answer);
        }
        // Here the routes of Quarkus follow, and the resources.
        router.route().last().handler(problems::answerUnserved);
    }

    private void step(Router router, Handler<RoutingContext> handler) {
        router.route().order(order++).handler(handler);
    }
}
