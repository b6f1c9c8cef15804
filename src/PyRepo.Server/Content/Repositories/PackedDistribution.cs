using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// A file of a record in some 250 bytes, a tenth of what a <see cref="Distribution"/> takes: a project may have
/// hundreds of thousands. It is only in memory and never stored. What many files have in common is in the project's
/// <see cref="TextTable"/>.
/// </summary>
/// <remarks>
/// <code>
/// 0   fields that there are (4 bytes)
/// 4   length of the order key (2), length of the name (2)
/// 8   size (8), time of the record (8 bytes of ticks)
/// 24  longest that the file can be on a page (4)
/// 28  SHA-256 (32)
/// 60  order key, name in UTF-8, then the other fields in the order of DistributionPacker.WriteFields
/// </code>
/// </remarks>
readonly struct PackedDistribution : IEquatable<PackedDistribution>
{
    internal const int KeyLengthAt = 4, NameLengthAt = 6, SizeAt = 8, RecordedAtAt = 16, PageLengthAt = 24;
    internal const int Sha256At = 28, HeadLength = 60;

    /// <summary>The array, and a reference to it.</summary>
    const int Overhead = 32;

    readonly byte[] _bytes;

    internal PackedDistribution(byte[] bytes) => _bytes = bytes;

    /// <summary>Whether this is none.</summary>
    public bool IsDefault => _bytes is null;

    /// <summary>The approximate memory that it takes, in bytes.</summary>
    public int Weight => Overhead + _bytes.Length;

    /// <summary>
    /// The part of its order on a page that comes from the version. Files with equal keys are of one release.
    /// </summary>
    public ReadOnlySpan<byte> OrderKey => _bytes.AsSpan(HeadLength, KeyLength);

    /// <summary>The name of the file in UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _bytes.AsSpan(HeadLength + KeyLength, NameLength);

    /// <summary>The size in bytes.</summary>
    public long Size => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(SizeAt));

    /// <inheritdoc cref="Distribution.RecordedAt"/>
    public DateTimeOffset RecordedAt =>
        new(BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(RecordedAtAt)), TimeSpan.Zero);

    /// <summary>The digest of its bytes.</summary>
    public Sha256Digest Sha256 => Sha256Digest.FromBytes(_bytes.AsSpan(Sha256At, Sha256Digest.ByteLength));

    /// <inheritdoc cref="LengthOnPage.Measure"/>
    public int PageLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(PageLengthAt));

    /// <summary>Whether it was yanked.</summary>
    public bool IsYanked => Has(PackedFields.IsYanked);

    /// <summary>Whether it has a provenance.</summary>
    public bool HasProvenance => Has(PackedFields.HasProvenance);

    /// <summary>Whether others can change its bytes.</summary>
    public bool IsAdopted => Has(PackedFields.HasFileTime);

    internal PackedFields Fields => (PackedFields)BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    internal ReadOnlySpan<byte> Rest => _bytes.AsSpan(HeadLength + KeyLength + NameLength);

    int KeyLength => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(KeyLengthAt));

    int NameLength => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(NameLengthAt));

    /// <summary>Returns the file as others know it.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="texts">The project's texts.</param>
    public Distribution Unpack(ProjectName project, TextTable texts) =>
        DistributionFileName.TryParse(Encoding.UTF8.GetString(Name), project, out var name)
            ? new DistributionUnpacker(this, texts).Unpack(name)
            : throw new InvalidOperationException("Only a file whose name could be parsed was packed.");

    /// <summary>Whether it is the same packed file, not only an equal one.</summary>
    public bool Equals(PackedDistribution other) => ReferenceEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PackedDistribution other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(_bytes);

    /// <summary>Compares the places on a page: by version, then by name.</summary>
    public int CompareTo(PackedDistribution other) => CompareTo(other.OrderKey, other.Name);

    /// <inheritdoc cref="CompareTo(PackedDistribution)"/>
    public int CompareTo(ReadOnlySpan<byte> orderKey, ReadOnlySpan<byte> name)
    {
        var order = OrderKey.SequenceCompareTo(orderKey);
        return order != 0 ? order : Name.SequenceCompareTo(name);
    }

    /// <summary>
    /// Compares how much users want the files: those that are not yanked, of final releases, of the highest version,
    /// with a summary come last.
    /// </summary>
    public int CompareWanted(PackedDistribution other)
    {
        var order = other.IsYanked.CompareTo(IsYanked);
        if (order == 0)
            order = Has(PackedFields.IsFinal).CompareTo(other.Has(PackedFields.IsFinal));
        if (order == 0)
            order = OrderKey.SequenceCompareTo(other.OrderKey);
        return order != 0 ? order : Has(PackedFields.HasSummary).CompareTo(other.Has(PackedFields.HasSummary));
    }

    bool Has(PackedFields field) => (Fields & field) != 0;
}

/// <summary>Which optional fields a <see cref="PackedDistribution"/> has, and in which form.</summary>
[Flags]
enum PackedFields
{
    None = 0,

    /// <summary>The version is valid, and no pre-release.</summary>
    IsFinal = 1 << 0,
    HasSummary = 1 << 1,
    HasDisplayName = 1 << 2,
    HasRequiresPython = 1 << 3,
    HasCoreMetadata = 1 << 4,
    HasUploadedBy = 1 << 5,
    IsYanked = 1 << 6,
    HasYankedAt = 1 << 7,
    HasYankedBy = 1 << 8,
    HasUploadedAt = 1 << 9,

    /// <summary>It was uploaded when the record received it.</summary>
    UploadedWhenRecorded = 1 << 10,
    HasFileTime = 1 << 11,

    /// <summary>The location ends with a slash and the name of the file.</summary>
    LocationHasName = 1 << 12,
    HasMd5 = 1 << 13,
    IsMd5Text = 1 << 14,
    HasBlake2b = 1 << 15,
    IsBlake2bText = 1 << 16,
    HasProvenance = 1 << 17,
    IsProvenanceText = 1 << 18,
}
