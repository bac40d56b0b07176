package dev.unipkg.kernels.linux;

import dev.unipkg.format.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// The program `/.unipkg/agent`, which sets the clock of a resumed guest and reseeds its kernel's random number
/// generator. The description of this package has its protocol.
///
/// It is a static ELF program without a libc. Its descriptors are open when it starts: 0 and 1 are the serial port,
/// 3 is `/dev/urandom`.
final class ResumeAgent {

    private static final long ADDRESS = 0x400000;

    private static final int HEADER_BYTES = 64;

    private static final int PROGRAM_HEADER_BYTES = 56;

    /// The stack from rsp on: 48 bytes for the record, 1 for the answer.
    ///
    /// The record's first 16 bytes are a `struct timespec` as they are. When the clock is set, the nanoseconds make
    /// room for the two numbers of a `struct rand_pool_info` (linux/random.h), so that the seed follows them.
    private static final String X86_64 = """
            start:
              b8 70 00 00 00           | mov eax, 112               # setsid(), so that no signal to the program's
              0f 05                    | syscall                    # group ends this one
              48 83 ec 40              | sub rsp, 64
            ready:
              c6 44 24 30 52           | mov byte ptr [rsp+48], 'R'
              bf 01 00 00 00           | mov edi, 1                 # write(1, rsp+48, 1)
              48 8d 74 24 30           | lea rsi, [rsp+48]
              ba 01 00 00 00           | mov edx, 1
              b8 01 00 00 00           | mov eax, 1
              0f 05                    | syscall
              31 db                    | xor ebx, ebx               # the bytes read so far
            read:
              31 ff                    | xor edi, edi               # read(0, rsp+rbx, 48-rbx)
              48 8d 34 1c              | lea rsi, [rsp+rbx]
              ba 30 00 00 00           | mov edx, 48
              29 da                    | sub edx, ebx
              31 c0                    | xor eax, eax
              0f 05                    | syscall
              48 85 c0                 | test rax, rax
              7e <end>                 | jle end
              01 c3                    | add ebx, eax
              83 fb 30                 | cmp ebx, 48
              72 <read>                | jb read
              31 ff                    | xor edi, edi               # clock_settime(CLOCK_REALTIME, rsp)
              48 89 e6                 | mov rsi, rsp
              b8 e3 00 00 00           | mov eax, 227
              0f 05                    | syscall
              48 89 c5                 | mov rbp, rax               # rbp collects errors
              c7 44 24 08 00 01 00 00  | mov dword ptr [rsp+8], 256 # entropy_count, in bits
              c7 44 24 0c 20 00 00 00  | mov dword ptr [rsp+12], 32 # buf_size, in bytes
              bf 03 00 00 00           | mov edi, 3                 # ioctl(3, RNDADDENTROPY, rsp+8)
              be 03 52 08 40           | mov esi, 0x40085203
              48 8d 54 24 08           | lea rdx, [rsp+8]
              b8 10 00 00 00           | mov eax, 16
              0f 05                    | syscall
              48 09 c5                 | or rbp, rax
              bf 03 00 00 00           | mov edi, 3                 # ioctl(3, RNDRESEEDCRNG)
              be 07 52 00 00           | mov esi, 0x5207
              b8 10 00 00 00           | mov eax, 16
              0f 05                    | syscall
              48 09 c5                 | or rbp, rax
              c6 44 24 30 4b           | mov byte ptr [rsp+48], 'K'
              74 <answer>              | jz answer                  # mov leaves the flags of or
              c6 44 24 30 45           | mov byte ptr [rsp+48], 'E'
            answer:
              bf 01 00 00 00           | mov edi, 1                 # write(1, rsp+48, 1)
              48 8d 74 24 30           | lea rsi, [rsp+48]
              ba 01 00 00 00           | mov edx, 1
              b8 01 00 00 00           | mov eax, 1
              0f 05                    | syscall
              e9 <<ready>>             | jmp ready
            end:
              31 ff                    | xor edi, edi               # exit(0)
              b8 3c 00 00 00           | mov eax, 60
              0f 05                    | syscall
            """;

    private ResumeAgent() {}

    /// The program's file; empty where QEMU's machine has no second serial port that the agent could listen to.
    static Optional<byte[]> program(Arch arch) {
        return switch (arch) {
            case X86_64 -> Optional.of(elf(arch, MachineCode.assemble(X86_64)));
            case ARM64, RISCV64 -> Optional.empty();
        };
    }

    /// One loadable segment, which holds the whole file (System V gABI 4.1, chapter "Object Files").
    private static byte[] elf(Arch arch, byte[] code) {
        int headers = HEADER_BYTES + PROGRAM_HEADER_BYTES;
        int size = headers + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        // Class 64, little-endian, version 1; a program (2).
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        file.putShort((short) 2).putShort((short) arch.elfMachine()).putInt(1);
        // The entry, the offsets of program headers and section headers, the flags.
        file.putLong(ADDRESS + headers).putLong(HEADER_BYTES).putLong(0).putInt(0);
        file.putShort((short) HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
        // One program header, no section.
        file.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // PT_LOAD; readable (4) and executable (1).
        file.putInt(1).putInt(4 | 1);
        file.putLong(0).putLong(ADDRESS).putLong(ADDRESS);
        file.putLong(size).putLong(size).putLong(0x1000);
        return file.put(code).array();
    }
}
