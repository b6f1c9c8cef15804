using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Releases;

/// <summary>What a file's metadata is read from.</summary>
/// <remarks>
/// An upstream may claim any digest. So what is read of its files is only for its repository, and in a group for the
/// members that answered.
/// </remarks>
sealed record MetadataKey(
    IRepository Repository, string AnsweredBy, ProjectName Project, string FileName, Sha256Digest? Sha256,
    Sha256Digest? CoreMetadata)
    : WorkKey<CoreMetadata?>
{
    /// <summary>Returns the key of a file that a repository answered with.</summary>
    public static MetadataKey Of(IRepository repository, ProjectAnswer.Known known, Distribution file) => new(
        repository, string.Join('/', known.AnsweredBy), file.Name.Project, file.Name.FileName, file.Sha256,
        file.CoreMetadata);
}
