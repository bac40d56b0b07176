package dev.unipkg.cli.project;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A folder with pages: the pages, and the root's nginx that serves them.
final class StaticSite {

    private static final String NGINX = "/usr/sbin/nginx";
    private static final List<String> FOLDERS = List.of("", "public/", "dist/", "www/", "site/", "_site/", "build/");

    /// One process without a master, as kernels for one program have no fork.
    private static final String CONFIG = """
              /etc/nginx/nginx.conf:
                text: |
                  daemon off;
                  master_process off;
                  user root;
                  error_log stderr;
                  events {}
                  http {
                    include mime.types;
                    access_log off;
                    server {
                      listen 80;
                      root /srv/www;
                    }
                  }
            """;

    private StaticSite() {}

    static Optional<Project> look(ProjectFolder folder) throws IOException {
        Optional<String> pages =
                FOLDERS.stream().filter(at -> folder.has(at + "index.html")).findFirst();
        if (pages.isEmpty()) {
            return Optional.empty();
        }
        String from = pages.get().isEmpty()
                ? "."
                : pages.get().substring(0, pages.get().length() - 1);
        SettingsText text = SettingsText.of(
                        "a static site", folder.packageName(Optional.empty()), "1.0.0", Optional.empty())
                .program(NGINX, List.of())
                .comment("Paths in the package, and what goes there: the pages, and what nginx reads.")
                .lines("files:\n  /srv/www: {from: " + from + ", without: " + SecretFiles.without(".git") + "}")
                .lines(CONFIG)
                .lines("  /etc/nginx/mime.types: {root: /etc/nginx/mime.types}")
                .lines("  /etc/passwd: {text: \"root:x:0:0:root:/:/bin/sh\\n\"}")
                .lines("  /etc/group: {text: \"root:x:0:\\n\"}")
                .lines("directories: [/tmp, /run, /var/log/nginx, /var/lib/nginx]")
                .port(Optional.of("80"))
                .lines("writable: 16 MiB")
                .memory("128 MiB");
        boolean there = folder.rootHas(NGINX);
        return Optional.of(new Project(
                "a static site",
                text.toString(),
                there ? List.of() : List.of("apt-get install nginx-light   (or name a root that has it with --root)")));
    }
}
