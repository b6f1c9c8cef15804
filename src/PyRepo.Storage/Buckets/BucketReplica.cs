namespace PyRepo.Storage.Buckets;

/// <summary>A process among those that use a bucket.</summary>
/// <param name="Name">Its name, for people. Two processes may have the same one.</param>
/// <param name="Incarnation">Another one after each start.</param>
/// <param name="Former">
/// The incarnation of an earlier process that is known to have ended, so that nobody waits for it; null if none is.
/// </param>
public sealed record BucketReplica(string Name, string Incarnation, string? Former = null)
{
    /// <summary>Returns a process that has just started.</summary>
    public static BucketReplica Started(string name, string? former = null) =>
        new(name, Guid.NewGuid().ToString("N"), former);
}
