namespace PyRepo.Storage.Buckets;

/// <summary>How a service takes the conditions of writes, as trying it has told.</summary>
/// <remarks>Every condition that a store sends goes through <see cref="Apply"/>.</remarks>
/// <param name="Dialect">The form that it takes.</param>
public sealed record ConditionSupport(ConditionDialect Dialect)
{
    /// <summary>Whether the service honors them.</summary>
    public bool IsHonored => Dialect is not ConditionDialect.None;

    /// <summary>Whether it honors them for objects that are sent in parts, too.</summary>
    public bool HoldsForParts { get; init; }

    /// <summary>The behavior in place of honoring them: <c>ignores them</c>; null if it honors them.</summary>
    public string? Problem { get; init; }

    /// <summary>A service that honors all of them, in the form that HTTP has.</summary>
    public static ConditionSupport Full { get; } = new(ConditionDialect.QuotedTags) { HoldsForParts = true };

    /// <summary>A service that does not honor conditions. It gets none.</summary>
    /// <param name="problem">The behavior in place of that: <c>ignores them</c>.</param>
    public static ConditionSupport Unsupported(string problem) => new(ConditionDialect.None) { Problem = problem };

    /// <summary>Returns a condition as the service takes it.</summary>
    public WriteCondition Apply(WriteCondition condition) => Dialect switch
    {
        ConditionDialect.None => WriteCondition.None,
        ConditionDialect.BareTags => condition.Bare(),
        _ => condition,
    };
}

/// <summary>The forms in which services take conditions of writes.</summary>
public enum ConditionDialect
{
    /// <summary>It honors none, and gets none: some services refuse a write that has one.</summary>
    None,

    /// <summary>Entity tags are in quotation marks, as HTTP has them.</summary>
    QuotedTags,

    /// <summary>Entity tags are bare: a Ceph RGW before 20.2.1 compares them byte by byte with its own.</summary>
    BareTags,
}
