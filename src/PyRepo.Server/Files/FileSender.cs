using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Server.Files;

/// <summary>Sends files as response bodies: with sendfile(2) where the connection allows it, else by copying.</summary>
public static class FileSender
{
    /// <summary>
    /// What one flush sends of a file. Kestrel's minimum response rate counts flushes: a reader that stands still is
    /// cut off when this many bytes would have taken longer than at the minimum rate.
    /// </summary>
    const int ChunkLength = 512 * 1024;

    const int CopyLength = 64 * 1024;

    /// <summary>
    /// Lets <see cref="SendAsync"/> use sendfile(2) on this endpoint's connections. Where TLS or another connection
    /// middleware lies between, or with HTTP/2, files are copied.
    /// </summary>
    public static ListenOptions UseSendFile(this ListenOptions listen)
    {
        listen.Use(next => connection => ServeAsync(connection, next));
        return listen;
    }

    /// <summary>
    /// Answers with <paramref name="count"/> bytes of <paramref name="file"/> from <paramref name="offset"/>; status
    /// and other headers are the caller's. Answers HEAD with the headers alone. The file stays open.
    /// </summary>
    /// <exception cref="ArgumentException">The file was opened without <see cref="FileOptions.Asynchronous"/>.
    /// </exception>
    /// <exception cref="IOException">The file ended early; the connection is broken off.</exception>
    /// <exception cref="OperationCanceledException">The client is gone, or the token fired; the connection is broken
    /// off.</exception>
    public static async Task SendAsync(HttpContext context, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        // SendPacketsElement takes no other.
        if (!file.IsAsync)
            throw new ArgumentException("Open the file with FileOptions.Asynchronous.", nameof(file));

        context.Response.ContentLength = count;
        await context.Response.StartAsync(cancellationToken);
        if (count == 0 || HttpMethods.IsHead(context.Request.Method))
            return;

        try
        {
            if (count > CopyLength && OutputOf(context) is { } output)
                await SendFileAsync(context.Response.BodyWriter, output, file, offset, count, cancellationToken);
            else
                await CopyAsync(context.Response.BodyWriter, file, offset, count, cancellationToken);
        }
        catch
        {
            context.Abort();
            if (RandomAccess.GetLength(file) < offset + count)
                throw new IOException($"The file ends before byte {offset + count}: it was cut off while it was sent.");
            throw;
        }
    }

    /// <summary>The connection's output if HTTP/1 writes straight to it, else null.</summary>
    internal static SocketOutput? OutputOf(HttpContext context)
    {
        var protocol = context.Request.Protocol;
        if (!HttpProtocol.IsHttp11(protocol) && !HttpProtocol.IsHttp10(protocol))
            return null;

        // A middleware between (TLS) has put its own transport here.
        return context.Features.Get<IConnectionTransportFeature>()?.Transport.Output as SocketOutput;
    }

    static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        await using var output = new SocketOutput(connection, feature.Socket);
        connection.Transport = new SocketTransport(transport.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    static async Task SendFileAsync(PipeWriter body, SocketOutput output, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        // Not disposed: that would close the caller's handle.
        var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        for (var end = offset + count; offset < end;)
        {
            var piece = (int)Math.Min(ChunkLength, end - offset);
            // Kestrel wants memory to be asked for before it counts bytes as written.
            body.GetMemory();
            output.Attach(stream, offset, piece);
            body.Advance(piece);
            await body.FlushAsync(cancellationToken);
            if (!output.Detach())
                throw new ConnectionAbortedException("The client left before the file's end.");

            offset += piece;
            // Where the reader is quick nothing here waits, and others would not have their turn.
            if (offset < end)
                await Task.Yield();
        }
    }

    static async Task CopyAsync(PipeWriter body, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        for (var end = offset + count; offset < end;)
        {
            var memory = body.GetMemory(CopyLength);
            var wanted = (int)Math.Min(Math.Min(memory.Length, CopyLength), end - offset);
            var read = RandomAccess.Read(file, memory.Span[..wanted], offset);
            if (read == 0)
                throw new EndOfStreamException();

            body.Advance(read);
            offset += read;
            if ((await body.FlushAsync(cancellationToken)).IsCompleted)
                throw new ConnectionAbortedException("The client left before the file's end.");
        }
    }

    sealed record SocketTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
