-- Who may publish where. Nothing here says who somebody is or where they came from.

-- The one row that every replica shares. Its insertion is what makes a start the first one.
CREATE TABLE registry (
    id           smallint    PRIMARY KEY CHECK (id = 1),
    token_secret bytea       NOT NULL CHECK (octet_length(token_secret) = 32),
    created      timestamptz NOT NULL
);

CREATE TABLE namespace (
    name     text COLLATE "C" PRIMARY KEY,
    skeleton text COLLATE "C" NOT NULL UNIQUE,
    created  timestamptz      NOT NULL
);

-- Namespaces that stand for something in a path or a reference, so that nobody can be given them.
-- `library` is where references without a namespace point, `kernels` holds the kernel releases: administrators publish there.
INSERT INTO namespace (name, skeleton, created)
VALUES ('library', 'llbrary', now()),
       ('kernels', 'kernels', now());

CREATE TABLE api_key (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash        bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    namespace   text COLLATE "C" REFERENCES namespace (name), -- null: an administrator's key
    description text        NOT NULL,
    created     timestamptz NOT NULL,
    expires     timestamptz,
    revoked     timestamptz
);

CREATE INDEX api_key_namespace ON api_key (namespace);
