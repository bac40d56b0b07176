package dev.unipkg.cli.command.cache;

import picocli.CommandLine.Command;

/// `pkg cache`.
@Command(
        name = "cache",
        synopsisSubcommandLabel = "COMMAND",
        description = "See and remove the packages, kernels, images and snapshots on the shelf of this machine.",
        subcommands = {CacheList.class, CacheRemove.class, CachePrune.class},
        footer = {"", "Examples:", "  pkg cache ls", "  pkg cache prune --keep-size 2G"})
public final class CacheGroup {}
