namespace EndToEnd.Buckets;

/// <summary>What a client can do to a project.</summary>
public enum HistoryOperationKind
{
    /// <summary>It uploaded a file, or replaced it.</summary>
    Write,

    /// <summary>It deleted a file that was there.</summary>
    Delete,

    /// <summary>It was told that there is no such file to delete.</summary>
    DeleteOfNothing,

    /// <summary>It read the project's page.</summary>
    Read,
}
