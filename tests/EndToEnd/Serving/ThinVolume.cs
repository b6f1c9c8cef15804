namespace EndToEnd.Serving;

/// <summary>
/// A file system on a thin volume: it has more room than there is behind it, so that what it takes cannot always be
/// written. It is ext4 in a sparse file on a <see cref="SmallDisk"/>.
/// </summary>
public sealed class ThinVolume : IAsyncDisposable
{
    const int Behind = 24 << 20;
    const long Promised = 200 << 20;
    readonly TemporaryFolder _folder = new();
    readonly string _mountPoint;
    readonly SmallDisk _disk;
    bool _isMounted;

    ThinVolume(string mountPoint, SmallDisk disk, TemporaryFolder folder) =>
        (_mountPoint, _disk, _folder) = (mountPoint, disk, folder);

    string Image => Path.Combine(_folder.Path, "disk", "image");

    /// <summary>Makes one, and mounts it.</summary>
    /// <param name="mountPoint">Where.</param>
    public static async Task<ThinVolume> MountAsync(string mountPoint)
    {
        var folder = new TemporaryFolder();
        var disk = await SmallDisk.MountAsync(folder.At("disk"), Behind);
        var volume = new ThinVolume(mountPoint, disk, folder);
        using (var image = File.Create(volume.Image))
            image.SetLength(Promised);
        // With all of its journal written, what fails are the files' own bytes.
        await RunAsync(
            "mkfs.ext4", "-q", "-F", "-J", "size=4", "-E", "lazy_journal_init=0,lazy_itable_init=0,nodiscard",
            volume.Image);
        await volume.MountAsync();
        return volume;
    }

    /// <summary>Mounts it again.</summary>
    public async Task MountAsync()
    {
        Directory.CreateDirectory(_mountPoint);
        await RunAsync("mount", "-o", "loop", Image, _mountPoint);
        _isMounted = true;
    }

    /// <summary>Takes it away, as a reboot does.</summary>
    public async Task UnmountAsync()
    {
        await RunAsync("umount", _mountPoint);
        _isMounted = false;
    }

    /// <summary>Leaves no room behind it, but for some pages.</summary>
    public void FillExcept(int pages) => _disk.FillExcept(pages);

    /// <summary>Makes room behind it.</summary>
    public void Free() => _disk.Free();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await RunAsync("umount", "-l", _mountPoint);
        await _disk.DisposeAsync();
        _folder.Dispose();
    }

    static async Task RunAsync(string program, params string[] arguments) =>
        (await new ProgramRun(program, arguments).RunAsync()).MustSucceed();
}
