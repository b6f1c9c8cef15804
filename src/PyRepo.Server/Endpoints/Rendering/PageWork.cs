using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>Renders a page.</summary>
/// <param name="Key">The page.</param>
/// <param name="Version">Its version.</param>
/// <param name="BaseUrl">What its absolute links begin with, or null if they have the marker.</param>
/// <param name="ForOne">Whoever alone gets the page, or null if it is the same for all.</param>
sealed record PageWork(PageKey Key, string Version, string? BaseUrl, object? ForOne = null) : WorkKey<RenderedPage>;
