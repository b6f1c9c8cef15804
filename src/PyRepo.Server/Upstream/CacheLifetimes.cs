namespace PyRepo.Server.Upstream;

/// <summary>How long what a proxy knows holds.</summary>
/// <param name="Project">A project's page.</param>
/// <param name="Index">The list of projects.</param>
/// <param name="NotFound">That there is no such project.</param>
/// <param name="StaleIfError">A page, while upstream cannot be asked.</param>
sealed record CacheLifetimes(TimeSpan Project, TimeSpan Index, TimeSpan NotFound, TimeSpan StaleIfError);
