using System.Collections.Immutable;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A repository's answer to a request for its list of projects.</summary>
public abstract record ProjectListAnswer
{
    ProjectListAnswer()
    {
    }

    /// <summary>All names, sorted. Equal versions mean equal names.</summary>
    public sealed record Known(ImmutableArray<ProjectName> Projects, string Version) : ProjectListAnswer
    {
        /// <summary>Which members provide which projects, if a group queried its members; otherwise empty.</summary>
        public ImmutableArray<MemberProjects> ByMember { get; init; } = [];

        /// <summary>The serials of the projects, or null if there are none that can be compared.</summary>
        public ListSerials? Serials { get; init; }

        /// <inheritdoc cref="ProjectSnapshot.StaleSince"/>
        public DateTimeOffset? StaleSince { get; init; }
    }

    /// <summary>The list is not known at the moment.</summary>
    public sealed record Unavailable(DateTimeOffset Since, TimeSpan RetryAfter) : ProjectListAnswer
    {
        /// <inheritdoc cref="ProjectAnswer.Unavailable.Reason"/>
        public string? Reason { get; init; }
    }
}

/// <summary>Projects that the same members provide.</summary>
/// <param name="Members">The names of the members, outermost first.</param>
/// <param name="Projects">The projects.</param>
public sealed record MemberProjects(ImmutableArray<string> Members, ImmutableArray<ProjectName> Projects);
