using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>Identifies a rendered page, apart from its version.</summary>
/// <param name="Repository">The repository that the page shows.</param>
/// <param name="Subject">The project, with the release if there is one. Empty for the list of projects.</param>
/// <param name="Format">The media type, or another name for the format.</param>
/// <param name="Gzip">Whether the page is compressed.</param>
readonly record struct PageKey(IRepository Repository, string Subject, string Format, bool Gzip);
