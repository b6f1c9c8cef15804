namespace PyRepo.Resources.Storage;

/// <summary>A request for a backup beside the schedule: an annotation of a resource, each value of which is met once.</summary>
public static class BackupRequest
{
    /// <summary>The name of the annotation.</summary>
    public const string Annotation = "pyrepo.dev/backup";

    /// <summary>The characters of a value that are told from another one's.</summary>
    const int MaxLength = 256;

    /// <summary>Returns the request that a value of the annotation makes, or null if there is no value.</summary>
    /// <remarks>Half a character would be another one after JSON, and so another request each time.</remarks>
    public static string? From(string? value) => value is not { Length: > MaxLength } ? value
        : value[..(char.IsHighSurrogate(value[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
}
