using System.Globalization;

namespace PyRepo.Server.Caching;

/// <summary>The memory that this process may use.</summary>
static class MemoryLimit
{
    /// <summary>
    /// The files that tell the limit of this container's control group
    /// (<see href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">version 2</see>, and
    /// <see href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">version 1</see>).
    /// </summary>
    static readonly string[] _files =
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    /// <summary>Returns the limit of the container in bytes, or null if there is none.</summary>
    public static long? OfContainer() => _files.Where(File.Exists).Select(file => Parse(File.ReadAllText(file)))
        .FirstOrDefault(limit => limit is not null);

    /// <summary>Parses the content of such a file. Returns null if it says that there is no limit.</summary>
    internal static long? Parse(string text) =>
        // Version 1 has a number for that: the largest multiple of the page size.
        long.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit < long.MaxValue / 2 ? limit : null;
}
