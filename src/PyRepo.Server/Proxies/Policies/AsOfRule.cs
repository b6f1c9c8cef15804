using System.Globalization;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides what came after <c>asOf</c>, or at an unknown time.</summary>
/// <param name="date">The date.</param>
sealed class AsOfRule(DateTimeOffset date) : IPolicyRule
{
    readonly string _text = date.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) => file.AvailableSince <= date
        ? null
        : new Verdict("asOf", _text, $"is newer than {_text}", file.AvailableSince);
}
