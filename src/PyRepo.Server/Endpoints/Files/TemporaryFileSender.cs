using Microsoft.AspNetCore.Http;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// Sends temporary files as bodies of responses. Clients of one address hold a part of them at most; those that read the
/// same file hold it once.
/// </summary>
static class TemporaryFileSender
{
    static readonly Lock _lock = new();
    static readonly Dictionary<(string Address, TemporaryFile File), int> _readers = [];
    static readonly Dictionary<string, long> _held = [];

    /// <summary>Sends a file. The caller sets the status and the headers.</summary>
    /// <exception cref="OverloadedException">Clients of the same address read too many others already.</exception>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    public static async Task SendAsync(HttpContext context, TemporaryFile file, CancellationToken cancellationToken)
    {
        var address = ClientAddress.Get(context.Connection.RemoteIpAddress);
        Hold(address, file);
        try
        {
            await FileSender.SendAsync(context, file.Handle, 0, file.Length, cancellationToken);
        }
        finally
        {
            Release(address, file);
        }
    }

    internal static void Hold(string address, TemporaryFile file)
    {
        lock (_lock)
        {
            var readers = _readers.GetValueOrDefault((address, file));
            var held = _held.GetValueOrDefault(address) + (readers == 0 ? file.Length : 0);
            if (held > ServerLimits.MaxTemporaryLengthOfAddress)
                throw new OverloadedException();
            (_readers[(address, file)], _held[address]) = (readers + 1, held);
        }
    }

    internal static void Release(string address, TemporaryFile file)
    {
        lock (_lock)
        {
            if (--_readers[(address, file)] > 0)
                return;
            _readers.Remove((address, file));
            if ((_held[address] -= file.Length) == 0)
                _held.Remove(address);
        }
    }
}
