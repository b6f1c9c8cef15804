namespace PyRepo.Storage;

/// <summary>A condition that a key must meet for a write to happen.</summary>
public readonly record struct WriteCondition
{
    WriteCondition(bool mustBeAbsent, VersionTag? version) => (MustBeAbsent, Version) = (mustBeAbsent, version);

    /// <summary>Write regardless of what is there.</summary>
    public static WriteCondition None => default;

    /// <summary>Write only if there is no object with that key.</summary>
    public static WriteCondition Absent => new(true, null);

    /// <summary>Write only if the object has this version.</summary>
    public static WriteCondition Match(VersionTag version) => new(false, version);

    /// <summary>Whether there must be no object with that key.</summary>
    public bool MustBeAbsent { get; }

    /// <summary>The version that the object must have, if one is required.</summary>
    public VersionTag? Version { get; }

    /// <summary>Throws if the current object does not meet the condition.</summary>
    /// <exception cref="PreconditionFailedException"/>
    public void Check(string key, StoredObject? current)
    {
        if (MustBeAbsent && current is not null)
            throw new PreconditionFailedException($"There is already an object at '{key}'.");
        if (Version is { } version && current?.Version != version)
            throw new PreconditionFailedException($"The object at '{key}' no longer has the version {version}.");
    }
}
