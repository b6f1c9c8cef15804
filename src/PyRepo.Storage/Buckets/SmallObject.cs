namespace PyRepo.Storage.Buckets;

/// <summary>An object of a bucket that is read whole.</summary>
static class SmallObject
{
    /// <summary>Reads the content of a small object, if there is one.</summary>
    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    public static async Task<(byte[] Bytes, VersionTag? Version)> ReadAsync(
        StoredContent? content, long maxLength, CancellationToken cancellationToken)
    {
        if (content is null)
            return ([], null);
        var (key, length) = (content.Object.Key, content.Object.Length);
        if (length > maxLength)
            throw new InvalidDataException($"its {key} has {length} bytes, more than the allowed {maxLength}");
        var bytes = await content.ReadAllAsync(cancellationToken);
        return (bytes, content.Object.Version);
    }
}
