namespace PyRepo.Storage;

/// <summary>An opaque mark of one version of an object: equal tags mean equal bytes.</summary>
public readonly record struct VersionTag(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
