namespace PyRepo.Storage;

/// <summary>The outcome of opening an object unless it has a version.</summary>
/// <param name="IsUnchanged">Whether the object still has the version. It was not opened.</param>
/// <param name="Content">The content of another version, or null if it is unchanged or there is none.</param>
public readonly record struct ChangedContent(bool IsUnchanged, StoredContent? Content)
{
    /// <summary>The object still has the version.</summary>
    public static ChangedContent Unchanged => new(true, null);

    /// <summary>There is no object.</summary>
    public static ChangedContent NotFound => default;
}
