namespace PyRepo.Packaging.Inspection;

/// <summary>
/// The facts about a distribution's archive by which a release is judged. They say what an installation would do, and
/// take a bounded amount of memory, whatever the archive holds: of each list the first few entries, in a short form.
/// </summary>
public sealed record ArchiveFacts
{
    /// <summary>The entries of each list that only needs examples.</summary>
    public const int MaxExamples = 8;

    /// <summary>The names at the top level of an archive. No distribution that people publish has as many.</summary>
    public const int MaxTopLevel = 256;

    /// <summary>The projects that a distribution requires.</summary>
    public const int MaxRequirements = 512;

    /// <summary>Why the archive cannot be read, as the end of a sentence about it, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether only some bytes of the archive were there, so that something may have been overlooked.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The modules and packages at the top level: <c>six</c>, <c>_yaml</c>.</summary>
    public IReadOnlyList<string> TopLevel { get; init => field = value ?? []; } = [];

    /// <summary>The files that the interpreter runs whenever it starts.</summary>
    public IReadOnlyList<StartupFile> StartupFiles { get; init => field = value ?? []; } = [];

    /// <summary>The commands and scripts that take the place of an interpreter or an installer.</summary>
    public IReadOnlyList<string> Commands { get; init => field = value ?? []; } = [];

    /// <summary>Files of a wheel that its RECORD does not list.</summary>
    public IReadOnlyList<string> Unrecorded { get; init => field = value ?? []; } = [];

    /// <summary>Files that a wheel's RECORD lists and that are not there.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    /// <summary>Compiled files.</summary>
    public IReadOnlyList<string> NativeFiles { get; init => field = value ?? []; } = [];

    /// <summary>The names of the projects that its metadata requires, normalized; null if that was not read.</summary>
    public IReadOnlyList<string>? Requirements { get; init; }

    /// <summary>The facts about an archive that cannot be read.</summary>
    public static ArchiveFacts Unreadable(string problem) => new() { Problem = problem };

    /// <summary>The approximate memory that they take, in bytes.</summary>
    public long GetWeight() => 600
        + Sum(TopLevel) + Sum(Commands) + Sum(Unrecorded) + Sum(Missing) + Sum(NativeFiles) + Sum(Requirements ?? [])
        + StartupFiles.Sum(file => 300L + (2 * file.Name.Length));

    static long Sum(IReadOnlyList<string> texts) => texts.Sum(text => 40L + (2 * text.Length));
}

/// <summary>A file that the interpreter runs whenever it starts.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Sha256">The digest of its content in hexadecimal, or null if that was not read.</param>
public sealed record StartupFile(string Name, string? Sha256);
