using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>The memory of one upload, until it is disposed.</summary>
sealed class UploadShare(UploadMemory memory, UploadOwner owner) : IDisposable
{
    /// <summary>
    /// The charge for the beginning of an upload: small fields as UTF-16, and the first buffers of the file. The form's
    /// own buffer, which is rented, is not counted.
    /// </summary>
    public const long FirstLength = 48 << 10;

    long _length = FirstLength;

    /// <summary>Whose upload it is.</summary>
    public UploadOwner Owner => owner;

    /// <summary>Waits for more.</summary>
    /// <exception cref="OverloadedException">There was none in time.</exception>
    public async Task GrowAsync(long bytes, CancellationToken cancellationToken)
    {
        await memory.TakeAsync(owner, bytes, cancellationToken);
        _length += bytes;
    }

    /// <summary>Takes more that can be done without, if there is plenty.</summary>
    public bool TryGrow(long bytes)
    {
        if (!memory.TryTake(owner, bytes))
            return false;
        _length += bytes;
        return true;
    }

    /// <summary>Gives all of it back. The upload has ended.</summary>
    public void Dispose()
    {
        memory.Return(owner, _length);
        _length = 0;
    }
}

/// <summary>Whose an upload is.</summary>
/// <param name="Repository">The repository that it is sent to. The users of another one are others.</param>
/// <param name="Caller">The user's name, or the address of somebody without one.</param>
readonly record struct UploadOwner(string Repository, string Caller)
{
    /// <summary>Returns the owner of a request's upload.</summary>
    public static UploadOwner From(RepositoryRequest request, RequestAccess access) => new(
        request.Repository.Name, access.UserName ?? request.Address);
}
