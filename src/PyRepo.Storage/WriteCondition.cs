namespace PyRepo.Storage;

/// <summary>What must hold of a key for a write to happen.</summary>
public readonly record struct WriteCondition
{
    WriteCondition(bool mustBeAbsent, VersionTag? version) => (MustBeAbsent, Version) = (mustBeAbsent, version);

    /// <summary>Write whatever is there.</summary>
    public static WriteCondition None => default;

    /// <summary>Write only if there is no object of that key.</summary>
    public static WriteCondition Absent => new(true, null);

    /// <summary>Write only if the object has this version.</summary>
    public static WriteCondition Match(VersionTag version) => new(false, version);

    /// <summary>There must be no object of that key.</summary>
    public bool MustBeAbsent { get; }

    /// <summary>The version that the object must have, where one is asked.</summary>
    public VersionTag? Version { get; }

    /// <summary>Throws when what is there does not meet the condition.</summary>
    /// <exception cref="PreconditionFailedException"/>
    public void Check(string key, StoredObject? current)
    {
        if (MustBeAbsent && current is not null)
            throw new PreconditionFailedException($"There is an object at '{key}' already.");
        if (Version is { } version && current?.Version != version)
            throw new PreconditionFailedException($"The object at '{key}' is no longer of version {version}.");
    }
}
