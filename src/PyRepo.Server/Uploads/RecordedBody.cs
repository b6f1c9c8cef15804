using PyRepo.Server.Limits;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Uploads;

/// <summary>Keeps what is read of a body, so that it can be passed on.</summary>
sealed class RecordedBody(Stream body) : AsyncForwardStream
{
    readonly MemoryStream _read = new();

    /// <summary>What has been read.</summary>
    public ReadOnlyMemory<byte> Bytes => _read.GetBuffer().AsMemory(0, (int)_read.Length);

    /// <inheritdoc/>
    /// <exception cref="RejectedException">More is read than is kept.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read.Length > ServerLimits.MaxLeadingFieldsLength)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"The field 'name' must be in the first {ServerLimits.MaxLeadingFieldsLength >> 10} KiB of the form.");
        }
        var read = await body.ReadAsync(buffer, cancellationToken);
        _read.Write(buffer.Span[..read]);
        return read;
    }
}
