namespace PyRepo.Kubernetes.Client.Configuration;

/// <summary>
/// A token in a file that somebody writes anew (the kubelet does so for a pod's). While the file can't be read, what
/// was read last holds.
/// </summary>
sealed class TokenFile(string path, TimeProvider clock) : Credentials
{
    readonly Lock _lock = new();
    Credential? _read;
    DateTimeOffset _again;

    /// <summary>How often the file is read.</summary>
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_read is not null && clock.GetUtcNow() < _again)
                return new(_read);
            if (TryRead() is { } token)
                _read = new(token);
            _again = clock.GetUtcNow() + PollInterval;
            return new(_read!);
        }
    }

    /// <inheritdoc/>
    public override bool Reject(Credential rejected)
    {
        lock (_lock)
        {
            _again = default;
            // Read too early, at the moment of a change, it is read once more; the same token is not sent twice.
            return TryRead() is { } token && token != rejected.Token;
        }
    }

    string? TryRead()
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length > 0 ? token : throw new IOException("it is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return _read is not null ? null : throw new IOException($"{path} can't be read: {error.Message}", error);
        }
    }
}
