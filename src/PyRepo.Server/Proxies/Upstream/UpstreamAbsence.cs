using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// An upstream has said that it has no such project, and answered something else recently. Only
/// <see cref="UpstreamProof"/> makes one.
/// </summary>
/// <param name="Source">What made it: another upstream's proof is another.</param>
sealed record UpstreamAbsence(UpstreamProof Source) : Absence;
