-- The kernels of Unikraft images, as the index of an image tells of them. They go with their index. An index that was
-- pushed before this table was there is listed when it is pushed again.
CREATE TABLE unikraft_kernel (
    manifest_id    bigint NOT NULL REFERENCES manifest ON DELETE CASCADE,
    position       int    NOT NULL,
    digest         text   NOT NULL,
    platform       text   NOT NULL,
    arch           text   NOT NULL,
    kernel_version text,
    PRIMARY KEY (manifest_id, position)
);
