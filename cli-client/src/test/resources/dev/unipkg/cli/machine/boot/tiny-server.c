// A server of a thousand bytes for boot tests: static, no libc, no fork, so that every kernel family can run it.
//
//   tiny-server          answers every connection on port 8080 with "hi", until a request for /exit, which ends it with 3;
//                        a request for /state with three numbers in hexadecimal: the seconds of its clock, eight bytes of
//                        getrandom, and how many requests for /state there were before
//   tiny-server N        ends at once with exit code N (one digit)
//   tiny-server crash    writes to address 0
//   tiny-server eat      takes memory until there is none
//   tiny-server silent   listens and never answers
//
// SIGTERM makes it print "asked to end" and end with 5.
// Built with: gcc -Os -static -nostdlib -fno-stack-protector -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,noseparate-code,-n -s
typedef unsigned long word;

static long call(word n, word a, word b, word c, word d) {
    long result;
    // The fifth argument is a length of 4 where a call takes one, the sixth an offset of 0.
    register word r10 __asm__("r10") = d, r8 __asm__("r8") = 4, r9 __asm__("r9") = 0;
    __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static void quit(int code) { call(231, code, 0, 0, 0); for (;;) ; }
static void print(const char *text, int length) { call(1, 1, (word) text, length, 0); }
static void asked(int signal) { print("asked to end\n", 13); quit(5); }
__attribute__((naked)) static void back(void) { __asm__("mov $15, %eax\nsyscall"); }

static char *hex(char *to, word number) {
    for (int i = 60; i >= 0; i -= 4) *to++ = "0123456789abcdef"[number >> i & 15];
    *to++ = ' ';
    return to;
}

static void tell(int guest, word before) {
    word time[2], random = 0;
    char text[80] = "HTTP/1.0 200 OK\r\n\r\n", *end = text + 19;
    call(228, 0, (word) time, 0, 0);
    call(318, (word) &random, sizeof random, 0, 0);
    end = hex(hex(hex(end, time[0]), random), before);
    end[-1] = '\n';
    call(1, guest, (word) text, end - text, 0);
}

static const char answer[] = "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nhi\n";

static void serve(int silent) {
    word action[4] = {(word) asked, 0x04000000, (word) back, 0};
    call(13, 15, (word) action, 0, 8);
    unsigned char address[16] = {2, 0, 0x1f, 0x90};
    int one = 1, door = call(41, 2, 1, 0, 0);
    call(54, door, 1, 2, (word) &one);
    if (call(49, door, (word) address, 16, 0) || call(50, door, 64, 0, 0)) quit(9);
    print("listening\n", 10);
    for (word told = 0;;) {
        char request[512];
        int guest = call(43, door, 0, 0, 0);
        if (silent) continue;
        long length = call(0, guest, (word) request, sizeof request, 0);
        if (length > 8 && request[5] == 's') tell(guest, told++);
        else if (length > 0) call(1, guest, (word) answer, sizeof answer - 1, 0);
        call(3, guest, 0, 0, 0);
        if (length > 8 && request[5] == 'e' && request[6] == 'x' && request[7] == 'i' && request[8] == 't') quit(3);
    }
}

__attribute__((used)) void start(word *stack) {
    char **words = (char **) (stack + 1);
    char first = stack[0] > 1 ? words[1][0] : 0;
    if (first >= '0' && first <= '9') quit(first - '0');
    if (first == 'c') *(volatile int *) 0 = 1;
    if (first == 'e') for (;;) {
        volatile char *more = (char *) call(9, 0, 1 << 20, 3, 0x22);
        if ((long) more < 0 && (long) more > -4096) quit(8);
        for (int i = 0; i < 1 << 20; i += 4096) more[i] = 1;
    }
    serve(first == 's');
}

__asm__(".globl _start\n_start: mov %rsp, %rdi\nand $-16, %rsp\ncall start\n");
