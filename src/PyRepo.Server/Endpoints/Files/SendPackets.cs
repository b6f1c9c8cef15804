using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// Sends ranges of files on one socket with <see cref="Socket.SendPacketsAsync"/>. It uses sendfile(2) with the
/// runtime's own epoll, so that no thread waits for the reader. The object sends one range at a time, and is reused for
/// the next range.
/// </summary>
sealed class SendPackets : SocketAsyncEventArgs, IValueTaskSource
{
    readonly SendPacketsElement[] _elements = new SendPacketsElement[1];
    ManualResetValueTaskSourceCore<bool> _completion;

    public SendPackets() : base(true)
    {
    }

    /// <summary>Completes when the range has been sent, the socket has failed, or the file has ended early.</summary>
    /// <returns>The number of bytes sent. It is less than <paramref name="count"/> if the file ended early.</returns>
    /// <exception cref="SocketException">The connection failed or was aborted.</exception>
    public async ValueTask<int> SendAsync(Socket socket, FileStream file, long offset, int count)
    {
        _elements[0] = new SendPacketsElement(file, offset, count);
        SendPacketsElements = _elements;
        _completion.Reset();
        if (socket.SendPacketsAsync(this))
            await new ValueTask(this, _completion.Version);

        // The runtime returns this error if the range is no longer within the file.
        if (SocketError == SocketError.InvalidArgument)
            return 0;

        return SocketError == SocketError.Success ? BytesTransferred : throw new SocketException((int)SocketError);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _completion.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) => _completion.OnCompleted(continuation, state, token, flags);
}
