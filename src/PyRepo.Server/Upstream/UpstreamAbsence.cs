using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>
/// An upstream has said that it has no such project, and answered something else recently. Only
/// <see cref="UpstreamProof"/> makes one.
/// </summary>
sealed record UpstreamAbsence : Absence;
