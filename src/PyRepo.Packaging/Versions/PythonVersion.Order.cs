namespace PyRepo.Packaging.Versions;

/// <summary>The order of versions
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#summary-of-permitted-suffixes-and-relative-ordering">summary
/// of permitted suffixes and relative ordering</see>).</summary>
public sealed partial class PythonVersion : IComparable<PythonVersion>, IEquatable<PythonVersion>
{
    /// <summary>Compares by epoch, release, pre-release, post-release, development release and local label.</summary>
    public int CompareTo(PythonVersion? other)
    {
        if (other is null)
            return 1;
        var order = ComparePublic(other);
        return order != 0 ? order : CompareLocal(other);
    }

    public bool Equals(PythonVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as PythonVersion);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Epoch);
        foreach (var number in TrimmedRelease)
            hash.Add(number);
        hash.Add(Pre);
        hash.Add(Post);
        hash.Add(Dev);
        foreach (var segment in _local ?? [])
            hash.Add(segment);
        return hash.ToHashCode();
    }

    public static bool operator ==(PythonVersion? left, PythonVersion? right) =>
        left is null ? right is null : left.Equals(right);

    public static bool operator !=(PythonVersion? left, PythonVersion? right) => !(left == right);

    public static bool operator <(PythonVersion left, PythonVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(PythonVersion left, PythonVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(PythonVersion left, PythonVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PythonVersion left, PythonVersion right) => left.CompareTo(right) >= 0;

    /// <summary>Compares versions and ignores local labels.</summary>
    internal int ComparePublic(PythonVersion other)
    {
        var order = CompareEpochAndRelease(other);
        if (order == 0)
            order = ComparePre(other);
        if (order == 0)
            order = Nullable.Compare(Post, other.Post);
        if (order == 0)
            order = CompareDev(other);
        return order;
    }

    internal int CompareEpochAndRelease(PythonVersion other)
    {
        var order = Epoch.CompareTo(other.Epoch);
        return order != 0 ? order : TrimmedRelease.SequenceCompareTo(other.TrimmedRelease);
    }

    internal int ComparePre(PythonVersion other)
    {
        var order = PreRank.CompareTo(other.PreRank);
        return order != 0 ? order : Nullable.Compare(Pre, other.Pre);
    }

    /// <summary>A development release comes before the pre-releases of the same release; the release and its
    /// post-releases come after them.</summary>
    int PreRank => this switch
    {
        { Pre: not null } => 1,
        { Post: null, Dev: not null } => 0,
        _ => 2,
    };

    int CompareDev(PythonVersion other) => Dev is null || other.Dev is null
        ? (Dev is null).CompareTo(other.Dev is null)
        : Dev.Value.CompareTo(other.Dev.Value);

    int CompareLocal(PythonVersion other)
    {
        if (_local is null || other._local is null)
            return (_local is not null).CompareTo(other._local is not null);
        return _local.AsSpan().SequenceCompareTo(other._local);
    }
}
