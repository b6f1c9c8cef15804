namespace PyRepo.Kubernetes.Client.Configuration;

sealed record KubeconfigExec
{
    public string? ApiVersion { get; init; }

    public string? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public IReadOnlyList<KubeconfigVariable>? Env { get; init; }

    /// <summary>The message for a user who lacks the command.</summary>
    public string? InstallHint { get; init; }

    public bool ProvideClusterInfo { get; init; }

    /// <summary>Never, IfAvailable or Always.</summary>
    public string? InteractiveMode { get; init; }
}
