using System.Collections.Immutable;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A repository's answer to a request for a file.</summary>
public abstract record OpenAnswer
{
    OpenAnswer()
    {
    }

    /// <summary>How a cache contributed to the answer.</summary>
    public CacheOutcome Cache { get; init; }

    /// <summary>For a group, the members from the outermost to the one that answered.</summary>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>The file was found. The receiver disposes its content.</summary>
    public sealed record Found(FileContent Content) : OpenAnswer
    {
        /// <summary>Whether a policy may hide the file later, so that caches must ask again each time.</summary>
        public bool MayBeHiddenLater { get; init; }

        /// <summary>Whether the file is yanked (PEP 592): only what pins its version still asks for it.</summary>
        public bool IsYanked { get; init; }
    }

    /// <summary>There is no such file, or it is hidden, or its bytes differ from those requested.</summary>
    public sealed record NotFound(string Reason) : OpenAnswer
    {
        /// <summary>The rule of a policy that hides the file, or null.</summary>
        public Verdict? HiddenBy { get; init; }

        /// <summary>Returns the answer for a file that a rule hides, or whose project it hides.</summary>
        public static NotFound Hidden(string name, Verdict verdict) =>
            new(verdict.GetSentence(name)) { HiddenBy = verdict };
    }

    /// <summary>The file is not available at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : OpenAnswer
    {
        /// <summary>The reason, if it is useful to the client.</summary>
        public string? Reason { get; init; }
    }
}
