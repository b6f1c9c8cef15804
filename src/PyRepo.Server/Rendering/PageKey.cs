using PyRepo.Server.Repositories;

namespace PyRepo.Server.Rendering;

/// <summary>What distinguishes one rendered answer from another, but for its version.</summary>
/// <param name="Repository">Whose answer.</param>
/// <param name="Subject">The project, and where needed the release; empty for the list of projects.</param>
/// <param name="Format">The media type, or another word for the form.</param>
/// <param name="Gzip">Whether it is compressed.</param>
/// <param name="Base">The absolute URL that its links begin with; empty where they are relative.</param>
readonly record struct PageKey(IRepository Repository, string Subject, string Format, bool Gzip, string Base = "");
