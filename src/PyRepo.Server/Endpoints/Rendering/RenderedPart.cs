using PyRepo.Packaging.Hashes;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>A part of a rendered page, which the page's next version may have, too.</summary>
/// <param name="Offset">Where it is in the body.</param>
/// <param name="Length">Its length there, in bytes.</param>
/// <param name="RawLength">Its length before it was compressed.</param>
/// <param name="Crc">The CRC-32 of what it was then.</param>
/// <param name="Digest">The digest of its bytes in the body.</param>
readonly record struct RenderedPart(long Offset, long Length, long RawLength, uint Crc, Sha256Digest Digest);
