using System.Collections.Immutable;
using PyRepo.Advisories;
using PyRepo.Server.Content.Advisories;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>
/// A part of the advisories for one query. A token of the next part is the last id of the one before, so that it holds
/// for a database that was replaced meanwhile, too.
/// </summary>
/// <param name="Found">The advisories, in ordinal order of their ids.</param>
/// <param name="NextToken">Asks for the next part, or null if this is the last.</param>
readonly record struct OsvPage(ImmutableArray<FoundAdvisory> Found, string? NextToken)
{
    /// <summary>The most advisories for one query.</summary>
    public const int MaxLength = 1000;

    /// <summary>The most advisories for all queries of a batch.</summary>
    public const int MaxLengthOfBatch = 3000;

    /// <summary>No advisories.</summary>
    public static readonly OsvPage Empty = new([], null);

    /// <summary>Returns a part of what was found.</summary>
    /// <param name="found">All advisories, in ordinal order of their ids.</param>
    /// <param name="after">The token with which the part was asked for, or null.</param>
    /// <param name="max">The most that it may have.</param>
    public static OsvPage Of(ImmutableArray<FoundAdvisory> found, string? after, int max)
    {
        var first = 0;
        while (after is not (null or AdvisoryReader.ReservedId) && first < found.Length
            && string.CompareOrdinal(found[first].Id, after) <= 0)
        {
            first++;
        }
        if (found.Length - first <= max)
            return new(found[first..], null);
        return max > 0 ? new(found.Slice(first, max), found[first + max - 1].Id) : Later(after);
    }

    /// <summary>Returns a part without advisories, after which all are to come.</summary>
    public static OsvPage Later(string? after) => new([], after ?? AdvisoryReader.ReservedId);

    /// <summary>Returns the answer of a batch.</summary>
    public OsvResult ToResult() => new(
        Found.IsEmpty ? null : [.. Found.Select(found => new OsvReference(found.Id, found.Modified?.UtcDateTime))],
        NextToken);
}
