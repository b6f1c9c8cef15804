using System.Collections.Immutable;

namespace PyRepo.Server.Serving.Moving;

/// <summary>What a copy did.</summary>
/// <param name="Projects">The number of projects of the source.</param>
/// <param name="Copied">The number of objects that were copied.</param>
/// <param name="Existing">The number of objects that the target had.</param>
/// <param name="Problems">What is damaged or missing in the source, for people.</param>
sealed record CopyOutcome(int Projects, int Copied, int Existing, ImmutableArray<string> Problems);
