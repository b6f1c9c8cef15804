using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>The origin of an answer.</summary>
public interface IAnswered
{
    /// <summary>The names of the contributing members, if a group queried its members.</summary>
    ImmutableArray<string> AnsweredBy { get; }

    /// <summary>How a cache contributed to the answer.</summary>
    CacheOutcome Cache { get; }
}
