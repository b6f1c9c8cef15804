namespace PyRepo.Server.Endpoints.Api;

/// <summary>The result of a promotion.</summary>
/// <param name="To">The repository that has the release now.</param>
/// <param name="Files">The files that were copied. Those that it had already are left out.</param>
sealed record PromotionView(string To, IReadOnlyList<string> Files);
