using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Records;

/// <summary>What became of a distribution.</summary>
/// <param name="Visible">As it is shown; null when it is not.</param>
/// <param name="LastSha256">The bytes that it last had.</param>
/// <param name="Ended">The event that hid it, where it is not visible.</param>
/// <param name="Earlier">The bytes that it had before those.</param>
sealed record PastFile(
    Distribution? Visible, Sha256Digest LastSha256, ProjectEvent? Ended, ImmutableArray<Sha256Digest> Earlier);
