using System.Security.Cryptography;

namespace PyRepo.Storage.Buckets.Checks;

/// <summary>The bucket that a check writes to, below a folder of its own.</summary>
/// <param name="Endpoint">The way to it.</param>
/// <param name="Prefix">The prefix that a repository would have.</param>
/// <param name="Folder">The folder for all that a check writes. It ends with a slash.</param>
/// <param name="Clock">The clock of this machine.</param>
sealed record CheckedBucket(CheckedEndpoint Endpoint, string Prefix, string Folder, TimeProvider Clock)
{
    /// <summary>How many requests are sent at once where there are many.</summary>
    public const int Concurrency = 16;

    /// <summary>The bytes beyond a part, or a large object, that an object of a check has at most.</summary>
    const int Spare = 4096;

    /// <summary>The bucket.</summary>
    public IBucketClient Client => Endpoint.Client;

    /// <summary>How many bytes may be written until the service has no room left; 0: that is not tried.</summary>
    public long Fill { get; init; }

    /// <summary>Returns a name that nothing has yet.</summary>
    public string NewName() => $"{Folder}{Guid.NewGuid():N}";

    /// <summary>Writes an object.</summary>
    public Task<StoredObject> PutAsync(string name, byte[] bytes, CancellationToken cancellationToken) =>
        Client.PutAsync(name, new BucketBody(bytes), WriteCondition.None, cancellationToken);

    /// <summary>Reads an object or a part of it, or returns null if there is none.</summary>
    public async Task<byte[]?> ReadAsync(string name, BucketRead read, CancellationToken cancellationToken)
    {
        using var response = await Client.GetAsync(name, read, cancellationToken);
        if (response.Outcome is not BucketReadOutcome.Found)
            return null;
        // A service that is wrong may send without end.
        var bytes = new byte[Math.Max(Client.PartLength, RoomCheck.Length) + Spare];
        var length = await response.Body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return bytes[..length];
    }

    /// <summary>Throws unless an object has a content, or there is none.</summary>
    /// <param name="name">The object.</param>
    /// <param name="expected">The content, or null if it was deleted.</param>
    /// <param name="when">Its last change, for the message: <c>was written again</c>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task RequireAsync(string name, byte[]? expected, string when, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(name, default, cancellationToken);
        if (read is null != expected is null || read is not null && !read.AsSpan().SequenceEqual(expected))
        {
            throw new BucketFaultException(
                $"An object that {when} is read {(read is null ? "as missing" : "otherwise")}.");
        }
    }

    /// <summary>Returns random bytes.</summary>
    public static byte[] NewBytes(int length) => RandomNumberGenerator.GetBytes(length);
}
