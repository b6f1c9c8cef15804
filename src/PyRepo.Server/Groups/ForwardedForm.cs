using System.Buffers;
using System.Net;
using System.Runtime.ExceptionServices;

namespace PyRepo.Server.Groups;

/// <summary>
/// The form of an upload, passed on as it arrives. Its length is not stated, so that it may end early.
/// </summary>
/// <param name="leading">The bytes that have been read already.</param>
/// <param name="rest">The rest, from the client.</param>
sealed class ForwardedForm(ReadOnlyMemory<byte> leading, Stream rest) : HttpContent
{
    const int BufferSize = 64 * 1024;
    ExceptionDispatchInfo? _readFailure;

    /// <summary>Whether the receiver has answered already, so that it does not want the rest.</summary>
    public Func<bool> IsAnswered { get; set; } = () => false;

    /// <summary>Called when everything is sent.</summary>
    public Action Sent { get; set; } = () => { };

    /// <summary>Throws what the client's side of the transfer failed with, if it failed.</summary>
    public void ThrowReadFailure() => _readFailure?.Throw();

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, default);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(leading, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (!IsAnswered() && await ReadAsync(buffer, cancellationToken) is > 0 and var read)
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        Sent();
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await rest.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error)
        {
            _readFailure = ExceptionDispatchInfo.Capture(error);
            throw;
        }
    }
}
