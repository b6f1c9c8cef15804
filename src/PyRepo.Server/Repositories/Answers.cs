using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

/// <summary>What a repository says of a project. "Down" is never "no such project".</summary>
public abstract record ProjectAnswer
{
    ProjectAnswer()
    {
    }

    /// <summary>The project is here, though perhaps none of its files is shown.</summary>
    public sealed record Known(ProjectSnapshot Snapshot) : ProjectAnswer, IAnswered
    {
        /// <inheritdoc/>
        public ImmutableArray<string> AnsweredBy { get; init; } = [];

        /// <inheritdoc/>
        public CacheOutcome Cache { get; init; }
    }

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : ProjectAnswer
    {
        /// <summary>The one value.</summary>
        public static NotKnown Instance { get; } = new();
    }

    /// <summary>It can't be told at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectAnswer
    {
        /// <summary>Why, where that helps whoever asks.</summary>
        public string? Reason { get; init; }
    }
}

/// <summary>What a repository says of its projects.</summary>
public abstract record ProjectListAnswer
{
    ProjectListAnswer()
    {
    }

    /// <summary>All names, sorted. Equal versions mean equal names.</summary>
    public sealed record Known(ImmutableArray<ProjectName> Projects, string Version) : ProjectListAnswer
    {
        /// <summary>Which member answers for which of them, where a group asked its members; else empty.</summary>
        public ImmutableArray<MemberProjects> ByMember { get; init; } = [];
    }

    /// <summary>It can't be told at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectListAnswer
    {
        /// <inheritdoc cref="ProjectAnswer.Unavailable.Reason"/>
        public string? Reason { get; init; }
    }
}

/// <summary>Projects for which the same members answer.</summary>
/// <param name="Members">The names of the members, the outermost first.</param>
/// <param name="Projects">The projects.</param>
public sealed record MemberProjects(ImmutableArray<string> Members, ImmutableArray<ProjectName> Projects);

/// <summary>What a repository says when a file is asked for.</summary>
public abstract record OpenAnswer : IAnswered
{
    OpenAnswer()
    {
    }

    /// <inheritdoc/>
    /// <remarks>Also where there is no such file: the project is theirs, and they decide who may know that.</remarks>
    public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <inheritdoc/>
    public CacheOutcome Cache { get; init; }

    /// <summary>Here it is; the receiver disposes it.</summary>
    public sealed record Found(FileContent Content) : OpenAnswer;

    /// <summary>There is no such file, or it is hidden, or it has other bytes than the request says.</summary>
    public sealed record NotFound(string Reason) : OpenAnswer;

    /// <summary>It can't be had at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : OpenAnswer
    {
        /// <summary>Why, where that helps whoever asks.</summary>
        public string? Reason { get; init; }
    }
}
