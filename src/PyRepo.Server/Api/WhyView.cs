using System.Collections.Immutable;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Api;

/// <summary>Why the files of a release are visible or hidden, as the API shows it.</summary>
sealed record WhyView
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The version that was asked for.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the repository knows the project at all. If not, <see cref="Rules"/> say why.</summary>
    public required bool Known { get; init; }

    /// <summary>The rules that make the project unknown, or null.</summary>
    public ImmutableArray<Verdict>? Rules { get; init; }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public string? Status { get; init; }

    /// <summary>Why the project has that status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The members of a group that provide the project, or null.</summary>
    public ImmutableArray<string>? AnsweredBy { get; init; }

    /// <summary>The files of the release.</summary>
    public ImmutableArray<WhyFileView> Files { get; init; } = [];
}
