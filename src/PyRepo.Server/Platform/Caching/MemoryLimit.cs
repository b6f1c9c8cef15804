using System.Globalization;

namespace PyRepo.Server.Platform.Caching;

/// <summary>The memory that this process may use.</summary>
static class MemoryLimit
{
    /// <summary>
    /// Returns the limit of the process's control group in bytes, or of one above it if that is lower: of the
    /// container, or systemd's <c>MemoryMax</c>. Null if there is none.
    /// </summary>
    public static long? OfControlGroup()
    {
        const string groups = "/proc/self/cgroup";
        return FilesOf(File.Exists(groups) ? File.ReadAllText(groups) : "").Where(File.Exists)
            .Select(file => Parse(File.ReadAllText(file))).Min();
    }

    /// <summary>
    /// The files that tell the limits
    /// (<see href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">version 2</see>, and
    /// <see href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">version 1</see>).
    /// </summary>
    /// <param name="groups">The content of <c>/proc/self/cgroup</c>.</param>
    internal static IEnumerable<string> FilesOf(string groups)
    {
        const string versionTwo = "0::/";
        var group = groups.Split('\n').FirstOrDefault(line => line.StartsWith(versionTwo, StringComparison.Ordinal));
        for (var path = group?[versionTwo.Length..]; !string.IsNullOrEmpty(path); path = Path.GetDirectoryName(path))
            yield return $"/sys/fs/cgroup/{path}/memory.max";
        // Of a container, this is the own group, whatever it is called outside.
        yield return "/sys/fs/cgroup/memory.max";
        yield return "/sys/fs/cgroup/memory/memory.limit_in_bytes";
    }

    /// <summary>Parses the content of such a file. Returns null if it says that there is no limit.</summary>
    internal static long? Parse(string text) =>
        // Version 1 has a number for that: the largest multiple of the page size.
        long.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit < long.MaxValue / 2 ? limit : null;
}
