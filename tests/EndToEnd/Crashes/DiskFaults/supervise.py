"""Runs a program whose system calls on files wait for the answer of a supervisor: see seccomp_unotify(2).

    python3 supervise.py FILE PROGRAM [ARGUMENT...]

FILE receives the process id and the descriptor by which another process of the same user supervises this one.
"""
import ctypes, fcntl, os, struct, sys

CALLS = [17, 18, 40, 74, 75, 77, 82, 83, 84, 87, 257, 285, 306, 332]  # as in SupervisedCall.cs; x86-64 only
X86_64 = 0xC000003E
ALLOW, NOTIFY = 0x7FFF0000, 0x7FC00000
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06

program = [(LOAD, 0, 0, 4), (EQUAL, 0, len(CALLS) + 1, X86_64), (LOAD, 0, 0, 0)]
program += [(EQUAL, len(CALLS) - i, 0, number) for i, number in enumerate(CALLS)]
program += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOTIFY)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
out = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY, 0o600)
listener = libc.syscall(317, 1, 8, ctypes.byref(Program(len(program), ctypes.addressof(code))))
if listener < 0:
    sys.exit(os.strerror(ctypes.get_errno()))
fcntl.fcntl(listener, fcntl.F_SETFD, 0)
os.write(out, f"{os.getpid()} {listener}\n".encode())
os.execvp(sys.argv[2], sys.argv[2:])
