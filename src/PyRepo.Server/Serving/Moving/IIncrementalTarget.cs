using PyRepo.Packaging.Hashes;
using PyRepo.Storage;

namespace PyRepo.Server.Serving.Moving;

/// <summary>A target that has to be told what it keeps of an earlier copy.</summary>
interface IIncrementalTarget
{
    /// <summary>Keeps an object as it is. Returns false if it is not what it should be, and has to be copied.</summary>
    /// <param name="there">The object.</param>
    /// <param name="sha256">The digest that it must have, if that is known.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<bool> TryKeepAsync(StoredObject there, Sha256Digest? sha256, CancellationToken cancellationToken);
}
