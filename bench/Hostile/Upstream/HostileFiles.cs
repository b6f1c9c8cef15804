using Microsoft.AspNetCore.Http;

namespace Bench.Hostile.Upstream;

/// <summary>Files that are not what their answer says, or that never end.</summary>
static class HostileFiles
{
    /// <summary>More than the cache may have.</summary>
    public const long LargeClaim = 200_000_000;

    /// <summary>All that the cache may have, so that room for it is all that it has.</summary>
    public const long WholeCache = 67_000_000;

    /// <summary>Where a file that never ends does so, so that a server without a bound fills no real disk.</summary>
    const long Mercy = 1_000_000_000;

    const int BlockSize = 64 * 1024;

    /// <summary>Some 5 MB/s: enough to fill a disk, and no load for the machine.</summary>
    static readonly TimeSpan _betweenBlocks = TimeSpan.FromMilliseconds(12);

    /// <summary>Claims a length, sends one block, and then nothing.</summary>
    public static async Task SendClaimAsync(HttpResponse response, long length, CancellationToken left)
    {
        response.ContentType = "application/octet-stream";
        response.ContentLength = length;
        await response.Body.WriteAsync(new byte[BlockSize], left);
        await response.Body.FlushAsync(left);
        await Task.Delay(Timeout.Infinite, left);
    }

    /// <summary>Says no length, and goes on as long as somebody listens.</summary>
    public static async Task SendUnendingAsync(HttpResponse response, CancellationToken left)
    {
        response.ContentType = "application/octet-stream";
        for (var sent = 0L; sent < Mercy; sent += BlockSize)
        {
            await response.Body.WriteAsync(new byte[BlockSize], left);
            await Task.Delay(_betweenBlocks, left);
        }
    }
}
