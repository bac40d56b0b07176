package dev.unipkg.cli.command.account;

import picocli.CommandLine.Command;

/// `pkg key`.
@Command(
        name = "key",
        synopsisSubcommandLabel = "COMMAND",
        description = "Create, list and revoke API keys of the registry.",
        footer = {"", "Examples:", "  pkg key create acme --description 'for their CI'", "  pkg key revoke 7"},
        subcommands = {ListKeys.class, CreateKey.class, RevokeKey.class})
public final class KeyGroup {}
