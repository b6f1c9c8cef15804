using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Writes that happen only under a condition.</summary>
static class S3Condition
{
    /// <summary>
    /// Sends a write. One with a condition is sent once: after a lost answer, it would break its own condition.
    /// </summary>
    public static Task<T> SendAsync<T>(
        S3Connection connection, string name, WriteCondition condition,
        Func<AmazonS3Client, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        condition == WriteCondition.None
            ? connection.SendAsync(write, cancellationToken)
            : connection.SendOnceAsync(
                async (sdk, token) =>
                {
                    try
                    {
                        return await write(sdk, token);
                    }
                    catch (AmazonServiceException error) when (IsBroken(error))
                    {
                        throw new PreconditionFailedException(condition.MustBeAbsent
                            ? $"There is already an object at '{name}'."
                            : $"The object at '{name}' no longer has the version {condition.Version}.");
                    }
                },
                cancellationToken);

    /// <summary>Returns the header of a condition, or null.</summary>
    public static string? IfMatch(WriteCondition condition) =>
        condition.Version is { } version ? S3Tag.Quote(version) : null;

    /// <inheritdoc cref="IfMatch"/>
    public static string? IfNoneMatch(WriteCondition condition) => condition.MustBeAbsent ? "*" : null;

    /// <summary>409 is the answer to all but one of several concurrent writes.</summary>
    static bool IsBroken(AmazonServiceException error) =>
        error.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
        || (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode == "NoSuchKey");
}
