namespace PyRepo.Server.Serving.Moving;

/// <summary>What became of an object that is copied.</summary>
enum CopyResult
{
    /// <summary>It was copied.</summary>
    Copied,

    /// <summary>The target had it.</summary>
    Existing,

    /// <summary>The source does not have it.</summary>
    Missing,

    /// <summary>The source has other bytes than the record says. They were not copied.</summary>
    Damaged,
}
