package dev.unipkg.cli.command.image;

import picocli.CommandLine.Command;

/// `pkg image`.
@Command(
        name = "image",
        synopsisSubcommandLabel = "COMMAND",
        description = "Make bootable images, and look into them.",
        subcommands = {ImageBuild.class, ImageInspect.class})
public final class ImageGroup {}
