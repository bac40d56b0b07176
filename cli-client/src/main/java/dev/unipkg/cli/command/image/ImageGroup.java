package dev.unipkg.cli.command.image;

import picocli.CommandLine.Command;

/// `pkg image`.
@Command(
        name = "image",
        synopsisSubcommandLabel = "COMMAND",
        description = "Make bootable images, and look into them.",
        subcommands = {ImageBuild.class, ImageInspect.class},
        footer = {"", "Examples:", "  pkg image build nginx -o nginx.img", "  pkg image inspect nginx.img --ls"})
public final class ImageGroup {}
