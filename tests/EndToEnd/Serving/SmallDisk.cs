using System.Globalization;

namespace EndToEnd.Serving;

/// <summary>
/// A file system of a few pages (a tmpfs) over a folder, so that a disk can be full. Mounting needs root.
/// </summary>
public sealed class SmallDisk : IAsyncDisposable
{
    const int Page = 4096;
    readonly string _folder;

    SmallDisk(string folder) => _folder = folder;

    /// <summary>Mounts one; what was in the folder is out of sight meanwhile.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="bytes">How many it holds.</param>
    /// <param name="entries">How many files and folders it holds.</param>
    public static async Task<SmallDisk> MountAsync(string folder, long bytes, int entries = 10_000)
    {
        Directory.CreateDirectory(folder);
        var options = string.Create(CultureInfo.InvariantCulture, $"size={bytes},nr_inodes={entries}");
        (await new ProgramRun("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder).RunAsync()).MustSucceed();
        return new SmallDisk(folder);
    }

    /// <summary>Fills it up, but for some pages.</summary>
    public void FillExcept(int pages)
    {
        var free = new DriveInfo(_folder).AvailableFreeSpace;
        File.WriteAllBytes(Path.Combine(_folder, ".filling"), new byte[free - ((long)pages * Page)]);
    }

    /// <summary>Makes files until it takes no more, and removes some of them again.</summary>
    public void MakeFilesExcept(int entries)
    {
        var files = new List<string>();
        try
        {
            for (var i = 0; ; i++)
            {
                var file = Path.Combine(_folder, $".file-{i}");
                File.WriteAllBytes(file, []);
                files.Add(file);
            }
        }
        catch (IOException)
        {
            // It is full now.
        }
        files.TakeLast(entries).ToList().ForEach(File.Delete);
    }

    /// <summary>Frees what was filled up.</summary>
    public void Free() => File.Delete(Path.Combine(_folder, ".filling"));

    /// <summary>The pages that bytes take.</summary>
    public static int GetPages(long bytes) => (int)((bytes + Page - 1) / Page);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => (await new ProgramRun("umount", "-l", _folder).RunAsync()).MustSucceed();
}
