namespace PyRepo.Kubernetes.Client;

/// <summary>meta/v1 DeleteOptions.</summary>
sealed record DeleteOptions
{
    public string ApiVersion { get; init; } = "v1";

    public string Kind { get; init; } = "DeleteOptions";

    /// <summary>Background: the object goes at once, what it owns after it.</summary>
    public string PropagationPolicy { get; init; } = "Background";

    public DeletePreconditions? Preconditions { get; init; }
}

sealed record DeletePreconditions(string Uid, string? ResourceVersion = null);
