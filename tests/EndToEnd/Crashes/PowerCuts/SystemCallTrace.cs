using System.Globalization;
using System.Text.RegularExpressions;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>The system calls by which a program writes, flushes, reads requests and answers them.</summary>
public static partial class SystemCallTrace
{
    /// <summary>
    /// The command before a program's own that traces it. The process is the program's: strace is its grandchild.
    /// </summary>
    /// <param name="file">Where the trace is written.</param>
    /// <param name="all">
    /// Whether strace stops the program at every call, which takes longer: where another filter of seccomp answers a
    /// call, strace's own does not see it.
    /// </param>
    public static IReadOnlyList<string> Command(string file, bool all = false) =>
    [
        "strace", "-D", "-f", .. (string[])(all ? [] : ["--seccomp-bpf"]), "-xx", "-s", "1000000", "-o", file, "-e",
        "trace=openat,close,pwrite64,write,pwritev,ftruncate,fallocate,fsync,fdatasync,syncfs,rename,mkdir,unlink,"
            + "rmdir,link,sendto,sendmsg,recvfrom,recvmsg",
    ];

    /// <summary>Whether the trace is complete, because the program ended.</summary>
    public static bool IsComplete(string file) =>
        File.Exists(file) && File.ReadLines(file).LastOrDefault()?.Contains("+++ ", StringComparison.Ordinal) == true;

    /// <summary>
    /// Reads the calls that succeeded, and the flushes that did not, in the order in which they returned; but a close and
    /// the removal of a folder when they begin, because another thread may get the descriptor, or make the folder anew,
    /// before the trace says that they are done.
    /// </summary>
    public static IEnumerable<SystemCall> Read(string file) =>
        ReadReturned(file).OrderBy(call => call.Name == "rmdir" ? call.Start : call.End);

    static IEnumerable<SystemCall> ReadReturned(string file)
    {
        var begun = new Dictionary<string, (int Line, string Text)>(StringComparer.Ordinal);
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            if (Line().Match(line) is not { Success: true } read)
                continue;
            var (process, text) = (read.Groups[1].Value, read.Groups[2].Value);
            var start = number;
            if (text.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun[process] = (number, text = text[..^Unfinished.Length]);
                if (text.StartsWith(Close, StringComparison.Ordinal))
                    yield return new SystemCall(number, number, "close", text[Close.Length..], 0);
                continue;
            }
            if (text.StartsWith(ClosedLater, StringComparison.Ordinal))
                continue;
            if (Resumed().Match(text) is { Success: true } resumed)
            {
                (start, var before) = begun[process];
                text = before + text[resumed.Length..];
            }
            if (Call().Match(text) is { Success: true } call
                && long.TryParse(call.Groups[3].Value, CultureInfo.InvariantCulture, out var result)
                && (result >= 0 || call.Groups[1].ValueSpan is "fsync" or "fdatasync"))
                yield return new SystemCall(start, number, call.Groups[1].Value, call.Groups[2].Value, result);
        }
    }

    const string Unfinished = " <unfinished ...>", Close = "close(", ClosedLater = "<... close resumed>";

    [GeneratedRegex(@"^(\d+) +(.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(\w+)\((.*)\)\s+= (-?\d+)")]
    private static partial Regex Call();
}
