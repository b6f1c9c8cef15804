using System.Globalization;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>A local file with a database.</summary>
/// <param name="path">The path of the file.</param>
sealed class AdvisoryFile(string path) : IAdvisorySource
{
    /// <inheritdoc/>
    public string Name => $"The file {path}";

    /// <inheritdoc/>
    public string Fingerprint { get; } = SourceFingerprint.Compute(path);

    /// <inheritdoc/>
    /// <remarks>A file with the same time and length has not changed.</remarks>
    public Task<FetchedAdvisories?> OpenAsync(PageValidators? known, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException("It does not exist.");
        var tag = string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks}-{file.Length}");
        return Task.FromResult(known?.ETag == tag
            ? null
            : new FetchedAdvisories(file.OpenRead(), new PageValidators(tag, null)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
