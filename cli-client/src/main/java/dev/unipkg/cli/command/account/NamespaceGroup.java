package dev.unipkg.cli.command.account;

import picocli.CommandLine.Command;

/// `pkg namespace`.
@Command(
        name = "namespace",
        synopsisSubcommandLabel = "COMMAND",
        description = "Create and list the namespaces of the registry.",
        footer = {"", "Examples:", "  pkg namespace list", "  pkg namespace create acme"},
        subcommands = {ListNamespaces.class, CreateNamespace.class})
public final class NamespaceGroup {}
