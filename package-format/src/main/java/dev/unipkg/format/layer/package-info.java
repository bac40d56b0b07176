/// Canonical layers: the one way in which a tree is written as a tar, and a reader that takes nothing else.
///
/// # The canonical form
///
/// A layer is a POSIX `ustar` archive (IEEE Std 1003.1-2001, `pax`, "ustar Interchange Format") in one zstd frame
/// (RFC 8878). For every tree there is exactly one archive, so its SHA-256, the OCI `diff_id`, names the tree. The zstd
/// frame depends on the version of the compressor as well; a reader takes any single frame.
///
/// **Entries.** Directories, files and symbolic links, each path once, in the order of
/// [dev.unipkg.format.tree.TreePath#PATH_ORDER]: depth-first, names sorted by their UTF-8 bytes. Every directory on the
/// way to an entry is an entry of its own and comes before it; the root is none. No name begins with `.wh.`, with which
/// container layers delete files of the layer below.
///
/// **Header fields.**
///
/// | field | value |
/// |---|---|
/// | `name`, `prefix` | the path, with `/` behind it for a directory; see below for what does not fit |
/// | `mode` | `0000755` for directories and executable files, `0000644` for other files, `0000777` for links |
/// | `uid`, `gid` | `0000000`; `uname` and `gname` are empty |
/// | `size` | 11 octal digits, 0 for directories and links |
/// | `mtime` | `00000000000`, the beginning of 1970 |
/// | `chksum` | 6 octal digits, NUL, space |
/// | `typeflag` | `5` directory, `0` file, `2` link |
/// | `linkname` | the target of a link, else empty |
/// | `magic`, `version` | `ustar` NUL, `00` |
/// | `devmajor`, `devminor` | `0000000` |
///
/// Number fields end with one NUL, text fields are filled with NUL. Contents are filled with NUL to 512 bytes; two
/// blocks of NUL end the archive and nothing follows them.
///
/// **What does not fit.** A path of ASCII up to 100 bytes stands in `name`. A longer one of ASCII is split at its first
/// slash behind which at most 100 bytes follow, if what is before that slash has at most 155 bytes; they go into
/// `prefix` and `name`. Every other path is written as the pax record `path`; so is, as `linkpath`, a target with more
/// than 100 bytes or other than ASCII. The records (sorted by key, `<length> <key>=<value>` newline) are the content of
/// an entry of type `x` named `@PaxHeader` with mode `0000644` right before the entry they belong to, whose own field
/// then holds the first 100 bytes of the value with `_` for everything but ASCII letters, digits, `.` and `-`. No other
/// record is ever written, so a file has less than 8 GiB (what `size` can hold), and no two readers can differ about
/// its size.
///
/// # Why so strict
///
/// Archives are read by several programs (the registry, the client, container tools), and where two of them can read
/// one archive differently, what was checked is not what is used. A reader that re-encodes each header and compares the
/// bytes leaves no room for that.
@NullMarked
package dev.unipkg.format.layer;

import org.jspecify.annotations.NullMarked;
