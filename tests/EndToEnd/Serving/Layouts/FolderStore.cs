namespace EndToEnd.Serving.Layouts;

/// <summary>Repositories in the folder that <c>--data</c> names.</summary>
public sealed class FolderStore(string data) : LayoutStore
{
    /// <inheritdoc/>
    public override string Kind => "folder";

    /// <inheritdoc/>
    protected override string Secrets => "";

    /// <inheritdoc/>
    protected override string GetSpec(string repository) => "";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string>> KeysAsync() => Task.FromResult<IReadOnlyList<string>>(
    [
        .. Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(data, file))
            .Where(key => !key.Split('/').Any(name => name.StartsWith('.'))),
    ]);

    /// <inheritdoc/>
    public override Task<byte[]> ReadAsync(string key) => File.ReadAllBytesAsync(Path.Combine(data, key));

    /// <inheritdoc/>
    public override async Task PutAsync(string key, byte[] bytes, DateTimeOffset time)
    {
        var path = Path.Combine(data, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, bytes);
        File.SetLastWriteTimeUtc(path, time.UtcDateTime);
    }
}
