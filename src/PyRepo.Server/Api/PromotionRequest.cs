namespace PyRepo.Server.Api;

/// <summary>Where a release is to be promoted to.</summary>
sealed record PromotionRequest
{
    /// <summary>The name of a repository of the same server.</summary>
    public string? To { get; init; }
}
