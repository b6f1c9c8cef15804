namespace PyRepo.Storage;

/// <summary>A condition that a key must meet for a write to happen.</summary>
public readonly record struct WriteCondition
{
    readonly bool _isBare;

    WriteCondition(bool mustBeAbsent, VersionTag? version, bool isBare = false) =>
        (MustBeAbsent, Version, _isBare) = (mustBeAbsent, version, isBare);

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

    /// <summary>
    /// The version as a header of HTTP has it: an entity tag in quotation marks (RFC 9110 §8.8.3), or without them for a
    /// service that compares so. Null if no version is required.
    /// </summary>
    internal string? EntityTag => Version is not { } version ? null : _isBare ? version.Value : $"\"{version}\"";

    /// <summary>Returns the condition for a service that takes entity tags without their quotation marks.</summary>
    internal WriteCondition Bare() => new(MustBeAbsent, Version, isBare: Version is not null);

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
