using System.Text;
using PyRepo.Storage;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Stores;

/// <summary>
/// The bucket that a claim gives, and the one in which the repository was before. A claim that was deleted and made
/// again gives an empty bucket: without this, an empty repository would be served.
/// </summary>
/// <remarks>
/// A bucket to which somebody moved the data has the repository's <c>format.json</c>, and is as good as the first one.
/// </remarks>
sealed class ClaimedBucket
{
    /// <summary>The code of a bucket that lacks the data of the repository.</summary>
    public const string Replaced = "BucketReplaced";

    const string FileName = ".bucket";
    const int MaxLength = 64;

    readonly string _claim;
    readonly string _file;
    readonly bool _isMounted;
    string? _before;

    /// <param name="claim">The claim, for people.</param>
    /// <param name="name">The name of the bucket that it gives now.</param>
    /// <param name="folder">The folder of this process's own files.</param>
    /// <param name="platform">
    /// The name of the bucket that the operator remembers, or null if it knows of none, or on a laptop.
    /// </param>
    /// <param name="isMounted">Whether an operator remembers it.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public ClaimedBucket(string claim, string name, string folder, string? platform, bool isMounted)
    {
        (_claim, Name, _file, _isMounted) = (claim, name, Path.Combine(folder, FileName), isMounted);
        _before = platform
            ?? (RegularFile.ReadAll(_file, MaxLength) is { Length: > 0 } noted ? Encoding.UTF8.GetString(noted) : null);
    }

    /// <summary>The name of the bucket.</summary>
    public string Name { get; }

    /// <summary>Whether the repository was opened in it.</summary>
    public bool IsKnown => _before == Name;

    /// <summary>Makes sure that the repository had no bucket before, as the one of now has none of its data.</summary>
    /// <exception cref="BucketException">It had one.</exception>
    public void RequireNew()
    {
        if (_before is null)
            return;
        var now = _before == Name ? $"has the bucket {Name}, which is empty now"
            : $"has the bucket {Name} now, which has no data of this repository: they were in the bucket {_before}";
        var anew = _isMounted ? "delete the resource and create it again" : $"delete the file {_file}";
        throw new BucketException(Replaced,
            $"The {_claim} {now}. It was probably deleted and created again. Copy the data into this bucket, or give "
            + $"the claim its former one. To begin without data, {anew}.");
    }

    /// <summary>Remembers the bucket, once it is the repository's.</summary>
    public void Note()
    {
        if (IsKnown)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        AtomicFile.Write(
            _file, Encoding.UTF8.GetBytes(Name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _before = Name;
    }
}
