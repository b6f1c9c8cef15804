namespace EndToEnd.Clients;

/// <summary>A terminal in which somebody types a command, and a password when it is asked for.</summary>
public static class Terminal
{
    /// <summary>
    /// Runs a command on a pseudo-terminal. A prompt may come before the program listens: the password is typed again
    /// if the program then says nothing more.
    /// </summary>
    const string Program = """
        import os, pty, re, select, sys
        user, password, command = sys.argv[1].encode() + b"\n", sys.argv[2].encode() + b"\n", sys.argv[3]
        question = re.compile(rb"(?i)(?:(user)|[^\n]*(y/n)|password|credentials)[^\n]*: ?$")
        child, terminal = pty.fork()
        if child == 0:
            os.execv("/bin/sh", ["sh", "-c", command])
        line, answer, since, tries = b"", None, b"", 0
        while True:
            if not select.select([terminal], [], [], 2)[0]:
                # All that came is the echo of the answer, which the program has thrown away.
                if answer and tries < 20 and not since.replace(answer.strip(), b"").strip():
                    os.write(terminal, answer)
                    tries += 1
                continue
            try:
                said = os.read(terminal, 4096)
            except OSError:
                break
            if not said:
                break
            sys.stdout.buffer.write(said)
            said = re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", said)
            since += said
            line = (line + said).split(b"\n")[-1]
            if asked := question.search(line):
                answer, since = user if asked[1] else b"n\n" if asked[2] else password, b""
                os.write(terminal, answer)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """;

    /// <summary>Types a command into the shell of a client's home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="folder">The folder in which it is typed.</param>
    /// <param name="command">The command.</param>
    /// <param name="user">The answer to every question for a user.</param>
    /// <param name="password">The answer to every question for a password.</param>
    public static Task<ProgramResult> TypeAsync(
        ClientHome home, string folder, string command, string user, string password) =>
        new ProgramRun("/usr/bin/python3", "-c", Program, user, password, command)
        {
            Folder = folder,
            Environment = home.Environment,
        }.RunAsync();
}
