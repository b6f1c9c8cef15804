using System.Buffers;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>A part of a page, which is rendered, compressed and kept by itself.</summary>
/// <param name="Id">
/// Parts of one page's versions with equal ids have equal bytes; null if the part is rendered for each version.
/// </param>
/// <param name="Write">Writes it. Absolute links begin with <see cref="BaseUrlMarker.Text"/>.</param>
sealed record PagePart(object? Id, Action<IBufferWriter<byte>> Write);
