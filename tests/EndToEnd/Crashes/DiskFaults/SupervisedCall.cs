namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A system call that is about to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file or folder that it is about.</param>
public sealed record SupervisedCall(string Name, string Path)
{
    /// <summary>Whether it writes; a disk that fails for good is read all the same.</summary>
    public bool Writes => IsWrite(Name);

    /// <summary>Whether the calls of a name write.</summary>
    public static bool IsWrite(string name) => name is not ("pread64" or "sendfile" or "openat" or "statx");

    /// <summary>The calls, by their numbers on x86-64, and which argument is the file; see supervise.py.</summary>
    internal static readonly IReadOnlyDictionary<int, (string Name, int Argument, bool IsPath)> Known =
        new Dictionary<int, (string, int, bool)>
        {
            [17] = ("pread64", 0, false),
            [18] = ("pwrite64", 0, false),
            [40] = ("sendfile", 1, false),
            [74] = ("fsync", 0, false),
            [75] = ("fdatasync", 0, false),
            [77] = ("ftruncate", 0, false),
            [82] = ("rename", 1, true),
            [83] = ("mkdir", 0, true),
            [84] = ("rmdir", 0, true),
            [87] = ("unlink", 0, true),
            [257] = ("openat", 1, true),
            [285] = ("fallocate", 0, false),
            [306] = ("syncfs", 0, false),
            [332] = ("statx", 1, true),
        };
}
