namespace PyRepo.Resources.Problems;

/// <summary>The kinds of problems that programs treat differently.</summary>
public enum ProblemReason
{
    /// <summary>A schema or rule rejects a value.</summary>
    Invalid,

    /// <summary>A file cannot be read, or is neither YAML nor JSON.</summary>
    Unreadable,

    /// <summary>
    /// A field, kind or version is unknown: it is a mistake, or newer than this program.
    /// </summary>
    Unknown,

    /// <summary>Two resources in a namespace have the same name.</summary>
    NameTaken,

    /// <summary>A referenced Secret, ConfigMap, key or member does not exist.</summary>
    MissingReference,
}
