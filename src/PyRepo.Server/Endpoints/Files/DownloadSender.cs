using Microsoft.AspNetCore.Http;
using PyRepo.Server.Proxies.Files;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// Sends a file that is still being downloaded. What has arrived on the disk is sent from there, with sendfile(2) if
/// the connection allows it. What is not stored is copied.
/// </summary>
static class DownloadSender
{
    /// <summary>Sends a part of the file, or aborts the connection.</summary>
    public static async Task SendAsync(
        HttpContext context, DownloadContent content, ByteRange part, CancellationToken cancellationToken)
    {
        context.Response.ContentLength = part.Count;
        await context.Response.StartAsync(cancellationToken);
        var end = part.Offset + part.Count;
        for (var offset = part.Offset; offset < end;)
        {
            var arrived = Math.Min(await content.WaitForBytesAsync(offset, cancellationToken), end - offset);
            if (arrived == 0 || content.ArrivingFile is not { } file)
            {
                await using var rest = await content.OpenStreamAsync(offset, cancellationToken);
                await StreamSender.SendPartAsync(context, rest, end - offset, cancellationToken);
                return;
            }
            await FileSender.SendPartAsync(context, file, offset, arrived, cancellationToken);
            offset += arrived;
        }
    }
}
