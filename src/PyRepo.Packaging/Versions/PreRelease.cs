namespace PyRepo.Packaging.Versions;

/// <summary>The pre-release part of a version: <c>a1</c>, <c>b2</c>, <c>rc3</c>.</summary>
public readonly record struct PreRelease(PreReleaseStage Stage, VersionNumber Number) : IComparable<PreRelease>
{
    public int CompareTo(PreRelease other) =>
        Stage != other.Stage ? Stage.CompareTo(other.Stage) : Number.CompareTo(other.Number);

    public static bool operator <(PreRelease left, PreRelease right) => left.CompareTo(right) < 0;

    public static bool operator >(PreRelease left, PreRelease right) => left.CompareTo(right) > 0;

    public static bool operator <=(PreRelease left, PreRelease right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PreRelease left, PreRelease right) => left.CompareTo(right) >= 0;

    /// <summary>Formats the normal form.</summary>
    public override string ToString() => Stage switch
    {
        PreReleaseStage.Alpha => $"a{Number}",
        PreReleaseStage.Beta => $"b{Number}",
        _ => $"rc{Number}",
    };
}

/// <summary>The stages of a pre-release, in rising order.</summary>
public enum PreReleaseStage
{
    Alpha,
    Beta,
    ReleaseCandidate,
}
