namespace PyRepo.Server.Proxies.Pages;

/// <summary>How long a proxy's cached answers are valid.</summary>
/// <param name="Project">A project's page.</param>
/// <param name="Index">The list of projects.</param>
/// <param name="NotFound">The answer that there is no such project.</param>
/// <param name="StaleIfError">A page, while upstream is unavailable.</param>
sealed record CacheLifetimes(TimeSpan Project, TimeSpan Index, TimeSpan NotFound, TimeSpan StaleIfError);
