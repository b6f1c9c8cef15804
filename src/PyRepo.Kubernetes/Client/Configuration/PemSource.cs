namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// Certificates or a key (PEM), given as they are or in a file. A file is looked at again after a while; while it can't
/// be read, what was read last holds.
/// </summary>
sealed class PemSource(byte[]? data, string? file, TimeProvider clock)
{
    readonly Lock _lock = new();
    byte[]? _read = data;
    DateTimeOffset _again;

    /// <summary>How often a file is looked at.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The bytes; the same array as long as they are the same.</summary>
    /// <exception cref="IOException">The file can't be read, and never was.</exception>
    public byte[] Get()
    {
        lock (_lock)
        {
            if (file is null || (_read is not null && clock.GetUtcNow() < _again))
                return _read!;
            if (TryRead(file) is { } found && !found.AsSpan().SequenceEqual(_read))
                _read = found;
            _again = clock.GetUtcNow() + PollInterval;
            return _read!;
        }
    }

    /// <summary>Makes the next use read the file again.</summary>
    public void PollSoon()
    {
        lock (_lock)
            _again = default;
    }

    byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return _read is not null ? null : throw new IOException($"{path} can't be read: {error.Message}", error);
        }
    }
}
