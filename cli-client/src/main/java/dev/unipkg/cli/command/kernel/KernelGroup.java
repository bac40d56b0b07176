package dev.unipkg.cli.command.kernel;

import picocli.CommandLine.Command;

/// `pkg kernel`.
@Command(
        name = "kernel",
        synopsisSubcommandLabel = "COMMAND",
        description = "Get, choose and publish kernel releases.",
        subcommands = {KernelList.class, KernelGet.class, KernelUse.class, KernelPush.class},
        footer = {"", "Examples:", "  pkg kernel list", "  pkg kernel use linux"})
public final class KernelGroup {}
