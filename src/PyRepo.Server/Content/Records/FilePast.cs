using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Content.Records;

/// <summary>The past of a distribution that is not visible, or had other bytes.</summary>
/// <param name="LastSha256">The digest of its most recent bytes.</param>
/// <param name="Ended">The event that hid it, if it is not visible.</param>
/// <param name="Earlier">The digests of the bytes it had before those.</param>
sealed record FilePast(Sha256Digest LastSha256, EndOfFile? Ended, ImmutableArray<Sha256Digest> Earlier);
