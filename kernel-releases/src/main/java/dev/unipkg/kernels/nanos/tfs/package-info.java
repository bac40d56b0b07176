/// The Nanos file system TFS, version 5: a log of metadata records and extents of file data, both in blocks of
/// 512 bytes counted from the start of the partition.
///
/// ## The log
/// Block 0 is an extension of one block that only says which volume this is and links to the real log. Every
/// other extension has 1024 blocks. An extension begins with
///
///     "NVMTFS"  varint version (5)  varint blocks of this extension
///     in block 0 only: 16 bytes UUID, the label, 00
///
/// where a varint is base 128, most significant group first, bit 7 set on all bytes but the last. Frames follow:
///
///     01                              the log ends here
///     02 varint total varint n bytes  a record of `total` bytes begins, its first n bytes
///     03 varint n bytes               the next n bytes of the record that is open
///     04                              nothing: an end the kernel has written over
///     05 varint block varint blocks   the log goes on in another extension
///
/// ## Records
/// A record is one tuple. The tuple of the first record, dictionary entry 1, is the root; later records set
/// attributes on tuples that exist. A value begins with a header: bit 7 immediate (1) or reference (0), bits 6
/// to 4 the type, bit 3 set if more bytes follow, bits 2 to 0 and 7 bits of each further byte the length.
///
///     symbol  1 0 length, bytes        or  0 0 entry
///     tuple   1 1 pairs, pairs         or  0 1 pairs, varint entry, pairs: set them on that tuple
///     vector  1 2 elements, values     or  0 2 elements, varint entry, values
///     integer 1 3 sign, varint magnitude
///     string  1 4 length, bytes
///     80 removes the attribute, 81 00 is present and empty
///
/// Tuples, vectors and symbols take a dictionary number from one counter, from 1, in the order in which they
/// first appear, a tuple before what is in it. **A symbol that has a number must be written as a reference.** An
/// image that repeats it as an immediate boots once; the kernel's first write then counts differently, and the
/// second boot panics.
///
/// ## The tree
/// A directory is `{children: {name: node}}`, a link `{linktarget: text}`, a file
/// `{extents: {"<file block>": {length, offset, allocated}}, filelength}` with lengths and offsets in blocks.
/// Missing extents, and those with the attribute `uninited`, read as zeros.
@NullMarked
package dev.unipkg.kernels.nanos.tfs;

import org.jspecify.annotations.NullMarked;
