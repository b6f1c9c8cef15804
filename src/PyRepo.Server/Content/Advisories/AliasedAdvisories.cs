using System.Collections.Immutable;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Advisories;

/// <summary>Collects the documents of the advisories that have an alias, as many as one answer has room for.</summary>
/// <param name="alias">The alias.</param>
sealed class AliasedAdvisories(string alias)
{
    readonly ImmutableArray<AdvisoryContent>.Builder _found = ImmutableArray.CreateBuilder<AdvisoryContent>();
    long _length;

    /// <summary>Adds a document.</summary>
    /// <exception cref="RejectedException">400: there is no room for it.</exception>
    public void Add(AdvisoryContent content)
    {
        _length += content.Json.Length;
        if (_found.Count == ServerLimits.MaxAliasedAdvisories || _length > ServerLimits.MaxAliasedAdvisoriesLength)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"Too many advisories have the alias '{alias}': ask about one of them, by its own id.");
        }
        _found.Add(content);
    }

    /// <summary>Returns all of them.</summary>
    public ImmutableArray<AdvisoryContent> ToImmutable() => _found.ToImmutable();
}
