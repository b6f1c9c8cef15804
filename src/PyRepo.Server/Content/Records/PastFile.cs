using System.Collections.Immutable;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Records;

/// <summary>The past and present of a distribution.</summary>
/// <param name="Visible">The distribution as it is shown, or null if it is not visible.</param>
/// <param name="LastSha256">The digest of its most recent bytes.</param>
/// <param name="Ended">The event that hid it, if it is not visible.</param>
/// <param name="Earlier">The digests of the bytes it had before those.</param>
sealed record PastFile(
    Distribution? Visible, Sha256Digest LastSha256, EndOfFile? Ended, ImmutableArray<Sha256Digest> Earlier);

/// <summary>The event that hid a file, and its time.</summary>
readonly record struct EndOfFile(ProjectEventKind Event, DateTimeOffset At);
