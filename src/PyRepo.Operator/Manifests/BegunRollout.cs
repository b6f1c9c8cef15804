namespace PyRepo.Operator.Manifests;

/// <summary>The last rollout of a resource that the operator knows to have begun.</summary>
/// <param name="Template">The hash of its template; null: there is none.</param>
/// <param name="At">When it began.</param>
/// <param name="IsFound">
/// Whether the Deployment alone says so, as the leader before wrote it or anybody else; else this process began it.
/// </param>
/// <param name="RaisesMemory">Whether only <c>autoMemory</c> made it.</param>
sealed record BegunRollout(string? Template, DateTimeOffset At, bool IsFound, bool RaisesMemory = false)
{
    /// <summary>There is none, and none is found.</summary>
    public static readonly BegunRollout None = new(null, default, IsFound: true);
}
