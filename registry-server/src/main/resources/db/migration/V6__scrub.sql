-- The round of the scrub that is under way or was the last one, on whichever server.
CREATE TABLE scrub (
    id          smallint    PRIMARY KEY CHECK (id = 1),
    begun       timestamptz NOT NULL,
    moved       timestamptz NOT NULL, -- when a server last read a blob to its end
    after       text,                 -- the blobs up to this digest are read; null between two rounds
    blobs       bigint      NOT NULL DEFAULT 0,
    bytes       bigint      NOT NULL DEFAULT 0,
    broken      bigint      NOT NULL DEFAULT 0,
    quarantined bigint      NOT NULL DEFAULT 0,
    ended       timestamptz           -- when the last whole round ended
);
INSERT INTO scrub (id, begun, moved) VALUES (1, '-infinity', '-infinity');
