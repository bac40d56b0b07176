// A kernel for arm64 that tries to do things on the host through semihosting: run "touch ../escaped", open "../opened"
// for writing, print; then it ends the machine with exit code 7. It is started at any address.
//
// Built with: aarch64-linux-gnu-gcc -nostdlib -static -Wl,--build-id=none -o escape.elf escape.S
//             aarch64-linux-gnu-objcopy -O binary -j .text escape.elf escape
.globl _start
_start:
    mov w0, #0x12       // SYS_SYSTEM: text, length
    adr x1, command
    adr x2, command_text
    str x2, [x1]
    hlt #0xf000
    mov w0, #0x01       // SYS_OPEN: text, mode "w", length
    adr x1, opened
    adr x2, opened_text
    str x2, [x1]
    hlt #0xf000
    mov w0, #0x04       // SYS_WRITE0: text
    adr x1, text
    hlt #0xf000
    mov w0, #0x20       // SYS_EXIT_EXTENDED: reason, code
    adr x1, exit
    hlt #0xf000
0:  b 0b

.balign 8
command: .quad 0, 16    // the addresses of the texts are put in at run time
opened: .quad 0, 4, 9
exit: .quad 0x20026, 7
command_text: .asciz "touch ../escaped"
opened_text: .asciz "../opened"
text: .asciz "hello from semihosting\n"
