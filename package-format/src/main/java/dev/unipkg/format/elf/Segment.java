package dev.unipkg.format.elf;

/// A part of an ELF file, as its program header tells (System V gABI 4.1, "Program Header").
///
/// @param offset where its bytes begin in the file
/// @param address where they go when it is loaded
/// @param fileSize how many bytes the file has of it
record Segment(int type, long offset, long address, long fileSize) {
    static final int LOAD = 1;
    static final int DYNAMIC = 2;
}
