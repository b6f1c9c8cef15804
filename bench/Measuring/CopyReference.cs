using System.Diagnostics;
using Bench.Clients;

namespace Bench.Measuring;

/// <summary>
/// Writing files and computing their digests with the system's own tools, each file at the same time.
/// </summary>
sealed record CopyReference(string Name, string Script)
{
    /// <summary>As little as an index can do.</summary>
    public static CopyReference OneDigest { get; } =
        new("tee | sha256sum", """tee "$0.copy" < "$0" | sha256sum""");

    /// <summary>What an upload asks for: all digests that the client sent, and the bytes safe on the disk.</summary>
    /// <remarks>The last reader of the pipe ends when the last of the digests has been written.</remarks>
    public static CopyReference SameWork { get; } = new("tee to three digests, fsync", """
        { tee >(sha256sum >&3) >(md5sum >&3) >(b2sum -l 256 >&3) < "$0" > "$0.copy"; } 3>&1 | cat
        sync "$0.copy"
        """);

    /// <returns>Seconds for all.</returns>
    /// <exception cref="InvalidOperationException">A digest is not the file's.</exception>
    public double Time(params IReadOnlyList<Wheel> wheels)
    {
        ChildProcess.Run("sync");
        var watch = Stopwatch.StartNew();
        Crowd.Run(wheels.Count, n => Copy(wheels[n]));
        var time = watch.Elapsed.TotalSeconds;
        foreach (var wheel in wheels)
            File.Delete($"{wheel.Path}.copy");
        return time;
    }

    void Copy(Wheel wheel)
    {
        var sums = ChildProcess.Run("bash", "-c", Script, wheel.Path);
        string?[] digests = this == SameWork ? [wheel.Sha256, wheel.Md5, wheel.Blake2] : [wheel.Sha256];
        foreach (var digest in digests)
        {
            if (digest is null || !sums.Contains(digest, StringComparison.Ordinal))
                throw new InvalidOperationException($"{Name} says {sums} of {wheel.FileName}, which has {digest}.");
        }

        if (new FileInfo($"{wheel.Path}.copy").Length != new FileInfo(wheel.Path).Length)
            throw new InvalidOperationException($"{Name} made no copy of {wheel.FileName}.");
    }
}
