using System.Text.Json.Serialization;

namespace PyRepo.Storage.Buckets;

/// <summary>A process that has a part in a bucket.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Incarnation">Another one after each start. It tells the members apart.</param>
/// <param name="Counter">Changes with each renewal. Clocks are not compared.</param>
/// <param name="Seen">The last generation that it knows.</param>
/// <param name="Joined">The generation in which it joined.</param>
sealed record LeaseMember(string Replica, string Incarnation, long Counter, long Seen, long Joined)
{
    /// <summary>Whether it copies a repository to the bucket, so that no server may use it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Copying { get; init; }
}
