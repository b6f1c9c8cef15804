using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>What is always in memory of a project that has a record.</summary>
/// <param name="Serial">The number of events, or 0 if the record has to be read to know it.</param>
/// <param name="Entry">What lists show of it, or null if the record was never read.</param>
readonly record struct KnownProject(long Serial, CatalogEntry? Entry);
