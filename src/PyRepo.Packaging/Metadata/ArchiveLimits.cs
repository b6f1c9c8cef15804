namespace PyRepo.Packaging.Metadata;

/// <summary>Limits on the cost of reading an archive.</summary>
public static class ArchiveLimits
{
    /// <summary>The members of a ZIP, and the headers of a tar: those of its members, and those that describe the next
    /// one.</summary>
    /// <remarks>The largest that people publish, generated clients of a cloud, have some 65,000 files. A tar may have two
    /// headers for each.</remarks>
    public const int MaxMembers = 300_000;

    /// <summary>The characters of a member's path, and of a link's target. No file system has longer ones.</summary>
    public const int MaxPathLength = 1024;

    /// <summary>The bytes of a name that a header of its own holds, before it is known how many characters these are.
    /// </summary>
    public const int MaxNameLength = 4 << 10;

    /// <summary>The records of a pax header.</summary>
    public const int MaxPaxRecords = 64;

    /// <summary>The bytes of all headers of a tar that only describe others.</summary>
    public const int MaxDescriptionsLength = 16 << 20;

    /// <summary>The bytes of a wheel's RECORD. It has a row of some 100 bytes for each member.</summary>
    public const int MaxRecordLength = 64 << 20;

    /// <summary>The bytes of a wheel's file of which the digest is computed. Of a larger one, RECORD's size is compared.
    /// </summary>
    /// <remarks>SHA-256 takes a second for each GiB. An upload of 850 MB, mostly in one file, takes four.</remarks>
    public const int MaxHashedMemberLength = 64 << 20;

    /// <summary>The bytes of a wheel's entry_points.txt.</summary>
    public const int MaxEntryPointsLength = 256 << 10;

    /// <summary>The bytes of a file that lists the variants of a release.</summary>
    public const int MaxVariantsIndexLength = 1 << 20;
}
