using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Win32.SafeHandles;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>Sends files as response bodies: with sendfile(2) if the connection allows it, or else by copying.</summary>
public static class FileSender
{
    /// <summary>
    /// The number of bytes that one flush sends. A reader that takes too long for them is disconnected.
    /// </summary>
    const int ChunkLength = 512 * 1024;

    const int CopyLength = 64 * 1024;

    /// <summary>The number of bytes that are copied before other requests get a turn.</summary>
    const int TurnLength = 256 * 1024;

    /// <summary>
    /// Lets <see cref="SendAsync"/> use sendfile(2) on this endpoint's connections. With HTTP/2, or if TLS or another
    /// connection middleware is in between, files are copied.
    /// </summary>
    internal static ListenOptions UseSendFile(this ListenOptions listen, SendTimeout timeout)
    {
        listen.Use(next => connection => ServeAsync(connection, next, timeout));
        return listen;
    }

    /// <summary>
    /// Sends <paramref name="count"/> bytes of <paramref name="file"/> starting at <paramref name="offset"/>. The
    /// caller sets the status and the other headers. For HEAD, only the headers are sent. The file stays open.
    /// </summary>
    /// <exception cref="ArgumentException">The file was opened without <see cref="FileOptions.Asynchronous"/>.
    /// </exception>
    /// <exception cref="FileReadException">The disk could not read the file. The connection is aborted.</exception>
    /// <exception cref="IOException">The file ended early. The connection is aborted.</exception>
    /// <exception cref="OperationCanceledException">
    /// The client disconnected, or the token was canceled. The connection is aborted.
    /// </exception>
    public static async Task SendAsync(HttpContext context, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        context.Response.ContentLength = count;
        await context.Response.StartAsync(cancellationToken);
        if (count == 0 || HttpMethods.IsHead(context.Request.Method))
            return;
        await SendPartAsync(context, file, offset, count, cancellationToken);
    }

    /// <summary>Sends a part of a file as the next bytes of a response that was started.</summary>
    /// <inheritdoc cref="SendAsync"/>
    internal static async Task SendPartAsync(HttpContext context, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        // SendPacketsElement accepts only asynchronous handles.
        if (!file.IsAsync)
            throw new ArgumentException("Open the file with FileOptions.Asynchronous.", nameof(file));

        try
        {
            if (count > CopyLength && GetOutput(context) is { } output)
                await SendFileAsync(context.Response.BodyWriter, output, file, offset, count, cancellationToken);
            else
                await CopyAsync(context.Response.BodyWriter, file, offset, count, cancellationToken);
        }
        catch
        {
            context.Abort();
            if (GetOutput(context) is { HasReadFailed: true })
                throw new FileReadException("sendfile(2) could not read it. The kernel's log may say why.");
            if (RandomAccess.GetLength(file) < offset + count)
                throw new IOException(
                    $"The file ends before byte {offset + count}: it was truncated while being sent.");
            throw;
        }
    }

    /// <summary>Returns the connection's output if HTTP/1 writes directly to it, or null.</summary>
    internal static SocketOutput? GetOutput(HttpContext context)
    {
        var protocol = context.Request.Protocol;
        if (!HttpProtocol.IsHttp11(protocol) && !HttpProtocol.IsHttp10(protocol))
            return null;

        // A middleware in between, such as TLS, replaces the transport with its own.
        return context.Features.Get<IConnectionTransportFeature>()?.Transport.Output as SocketOutput;
    }

    static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, SendTimeout timeout)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        await using var output = new SocketOutput(connection, feature.Socket, timeout);
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
            // Kestrel requires a call to GetMemory before it counts bytes as written.
            body.GetMemory();
            output.Attach(stream, offset, piece);
            body.Advance(piece);
            await body.FlushAsync(cancellationToken);
            if (!output.Detach())
                throw new ConnectionAbortedException("The client disconnected before the end of the file.");

            offset += piece;
            // With a fast reader nothing here waits, and other requests would not get a turn.
            if (offset < end)
                await Task.Yield();
        }
    }

    static async Task CopyAsync(PipeWriter body, SafeFileHandle file, long offset, long count,
        CancellationToken cancellationToken)
    {
        var turnEnd = offset + TurnLength;
        for (var end = offset + count; offset < end;)
        {
            // With a fast reader nothing here waits.
            if (offset >= turnEnd)
            {
                await Task.Yield();
                turnEnd = offset + TurnLength;
            }
            var memory = body.GetMemory(CopyLength);
            var wanted = (int)Math.Min(Math.Min(memory.Length, CopyLength), end - offset);
            var read = Read(file, memory.Span[..wanted], offset);
            if (read == 0)
                throw new EndOfStreamException();

            body.Advance(read);
            offset += read;
            if ((await body.FlushAsync(cancellationToken)).IsCompleted)
                throw new ConnectionAbortedException("The client disconnected before the end of the file.");
        }
    }

    static int Read(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(file, buffer, offset);
        }
        catch (IOException error)
        {
            throw new FileReadException(error.Message);
        }
    }

    sealed record SocketTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
