using System.Collections.Immutable;

namespace PyRepo.Server.Repositories;

/// <summary>Whence an answer came.</summary>
public interface IAnswered
{
    /// <summary>The names of the members that contributed, where a group asked its members.</summary>
    ImmutableArray<string> AnsweredBy { get; }

    /// <summary>What a cache had to do with it.</summary>
    CacheOutcome Cache { get; }
}
