using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace PyRepo.Server.Files;

/// <summary>
/// Sends ranges of files on one socket with <see cref="Socket.SendPacketsAsync"/>, which is sendfile(2) on the
/// runtime's own epoll: no thread waits for the reader. One range at a time; the object is used again for the next.
/// </summary>
sealed class SendPackets : SocketAsyncEventArgs, IValueTaskSource
{
    readonly SendPacketsElement[] _elements = new SendPacketsElement[1];
    ManualResetValueTaskSourceCore<bool> _completion;

    public SendPackets() : base(true)
    {
    }

    /// <summary>Ends when the range has left, or the socket failed, or the file ended early.</summary>
    /// <returns>The bytes that left: fewer than <paramref name="count"/> where the file ended early.</returns>
    /// <exception cref="SocketException">The connection failed or was aborted.</exception>
    public async ValueTask<int> SendAsync(Socket socket, FileStream file, long offset, int count)
    {
        _elements[0] = new SendPacketsElement(file, offset, count);
        SendPacketsElements = _elements;
        _completion.Reset();
        if (socket.SendPacketsAsync(this))
            await new ValueTask(this, _completion.Version);

        // The runtime's answer to a range that is no longer within the file.
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
