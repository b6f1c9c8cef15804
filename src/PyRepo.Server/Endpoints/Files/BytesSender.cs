using Microsoft.AspNetCore.Http;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>Sends bytes that are in memory as the body of a response.</summary>
static class BytesSender
{
    /// <summary>
    /// The length that is sent at once. Kestrel copies it, and keeps the copy until the client has read it.
    /// </summary>
    const int PieceLength = 64 << 10;

    /// <summary>Sends a body. The caller sets the status and the headers.</summary>
    /// <exception cref="OverloadedException">Clients that read slowly hold too much already.</exception>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    public static async Task SendAsync(
        HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length <= PieceLength)
        {
            await context.Response.BodyWriter.WriteAsync(bytes, cancellationToken);
            return;
        }
        if (!UnsentBytes.TryHold(bytes.Length))
        {
            await TemporaryFileSender.SendAsync(
                context, TemporaryFile.Create([bytes], bytes.Length), cancellationToken);
            return;
        }
        try
        {
            for (var at = 0; at < bytes.Length; at += PieceLength)
            {
                var piece = bytes.Slice(at, Math.Min(PieceLength, bytes.Length - at));
                await context.Response.BodyWriter.WriteAsync(piece, cancellationToken);
            }
        }
        finally
        {
            UnsentBytes.Release(bytes.Length);
        }
    }
}
