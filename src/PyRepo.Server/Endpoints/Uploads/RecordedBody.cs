using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Keeps what is read of a body, so that it can be passed on.</summary>
/// <param name="body">The body.</param>
/// <param name="share">The upload's memory, of which this takes what it keeps.</param>
sealed class RecordedBody(Stream body, UploadShare share) : AsyncForwardStream
{
    /// <summary>What is kept may take twice as much while it grows.</summary>
    const int Weight = 2;

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
        await share.GrowAsync(read * Weight, cancellationToken);
        _read.Write(buffer.Span[..read]);
        return read;
    }
}
