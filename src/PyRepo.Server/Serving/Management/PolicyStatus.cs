namespace PyRepo.Server.Serving.Management;

/// <summary>What a proxy's policy refused since it started.</summary>
/// <param name="Refused">The number of requests for hidden files, by rule.</param>
/// <param name="First">The first of these files, with the reason.</param>
sealed record PolicyStatus(IReadOnlyDictionary<string, long> Refused, IReadOnlyList<string> First);
