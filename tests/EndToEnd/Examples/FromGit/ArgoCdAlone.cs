using EndToEnd.GitOps;

namespace EndToEnd.Examples.FromGit;

/// <summary>A real Argo CD that has no Application yet.</summary>
public sealed class ArgoCdAlone : ArgoCd
{
    /// <inheritdoc/>
    protected override Task BeginAsync() => Task.CompletedTask;
}
