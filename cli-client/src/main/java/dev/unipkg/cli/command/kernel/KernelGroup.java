package dev.unipkg.cli.command.kernel;

import picocli.CommandLine.Command;

/// `pkg kernel`.
@Command(
        name = "kernel",
        synopsisSubcommandLabel = "COMMAND",
        description = "Get, choose and publish kernel releases.",
        subcommands = {KernelList.class, KernelGet.class, KernelUse.class, KernelPush.class})
public final class KernelGroup {}
