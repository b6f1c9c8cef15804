using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Repositories;

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
