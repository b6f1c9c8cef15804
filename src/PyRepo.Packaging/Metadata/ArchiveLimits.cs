namespace PyRepo.Packaging.Metadata;

/// <summary>What an archive may cost whoever reads it.</summary>
public static class ArchiveLimits
{
    /// <summary>The members of a ZIP, and the headers of a tar: those of its members, and those that describe the next
    /// one.</summary>
    /// <remarks>The largest that people publish, generated clients of a cloud, have some 65,000 files. A tar may have two
    /// headers for each.</remarks>
    public const int MaxMembers = 300_000;
}
