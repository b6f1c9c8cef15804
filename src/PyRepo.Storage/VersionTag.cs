namespace PyRepo.Storage;

/// <summary>An opaque identifier of one version of an object. Equal tags mean equal bytes.</summary>
public readonly record struct VersionTag(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
