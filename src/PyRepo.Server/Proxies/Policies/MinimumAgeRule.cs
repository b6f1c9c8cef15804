using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides what is younger than <c>minimumAge</c>, unless an entry of <c>exempt</c> names it.</summary>
/// <param name="age">The age from which a file is visible.</param>
/// <param name="exempt">The entries.</param>
sealed class MinimumAgeRule(Duration age, PolicyEntries exempt) : IPolicyRule
{
    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        if (file.AvailableSince is { } since && now - since >= age.Value)
            return null;
        return exempt.Get(file.Name.Project).Any(e => e.Contains(file.Name))
            ? null
            : new Verdict(
                "minimumAge", age.ToString(), $"is younger than {age}", file.AvailableSince,
                Verdict.GetEnd(file.AvailableSince, age.Value));
    }
}
