namespace PyRepo.Resources.Problems;

/// <summary>The kinds of problems that a program may treat differently.</summary>
public enum ProblemReason
{
    /// <summary>A value that a schema or rule refuses.</summary>
    Invalid,

    /// <summary>A file that cannot be read, or text that is neither YAML nor JSON.</summary>
    Unreadable,

    /// <summary>
    /// A field, kind or version that this program does not know: a mistake, or newer than the program.
    /// </summary>
    Unknown,

    /// <summary>A name that two resources of a namespace share.</summary>
    NameTaken,

    /// <summary>A Secret, ConfigMap, key or member that is named but not among the documents.</summary>
    MissingReference,
}
