using System.Collections.Immutable;
using System.Text.Json;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>Reads the affected versions of the packages of an advisory.</summary>
/// <param name="texts">Shares equal texts and versions.</param>
sealed class OsvVersions(VersionPool texts)
{
    /// <summary>Only this type is in the order of the ecosystem.
    /// <see href="https://ossf.github.io/osv-schema/#affectedrangestype-field">The others</see> are commits and
    /// semantic versions.</summary>
    const string Ecosystem = "ECOSYSTEM";

    /// <summary>Each version of a project is compared with all of them. Real ranges have some dozens.</summary>
    const int MaxEvents = 1000;

    /// <summary>Reads what is affected according to several entries for one project.</summary>
    /// <exception cref="JsonException">It is too much.</exception>
    public AffectedVersions Read(IEnumerable<OsvAffected> entries)
    {
        var all = entries.ToList();
        return new AffectedVersions(
            [.. from entry in all from range in GetRanges(entry) select Read(range)],
            all.SelectMany(entry => entry.Versions ?? []).Where(IsShort).OfType<string>(), texts.Intern);
    }

    /// <summary>Returns the versions that fix something, in order.</summary>
    public ImmutableArray<string> GetFixes(IEnumerable<OsvAffected> entries) =>
    [
        .. (from entry in entries
            from range in GetRanges(entry)
            from happened in range.Events ?? []
            let version = happened?.Fixed
            where IsShort(version)
            select version).Distinct(StringComparer.Ordinal).OrderBy(texts.Parse).Select(texts.Intern),
    ];

    static IEnumerable<OsvRange> GetRanges(OsvAffected entry) =>
        (entry.Ranges ?? []).OfType<OsvRange>().Where(range => range.Type is Ecosystem);

    AffectedRange Read(OsvRange range)
    {
        var events = (range.Events ?? []).OfType<OsvEvent>().Where(IsShort).ToList();
        if (events.Count > MaxEvents)
            throw new JsonException($"A range has more than {MaxEvents} events.");
        return new AffectedRange(events.SelectMany(Read), GetLimit(events));
    }

    /// <summary>Whether a version can be one of this index. No one can ask for a longer one.</summary>
    static bool IsShort(string? version) => version is { Length: <= PageLimits.MaxVersionLength };

    static bool IsShort(OsvEvent happened) =>
        (happened.Introduced is null || IsShort(happened.Introduced))
        && (happened.Fixed is null || IsShort(happened.Fixed))
        && (happened.LastAffected is null || IsShort(happened.LastAffected))
        && (happened.Limit is null || IsShort(happened.Limit));

    IEnumerable<RangeEvent> Read(OsvEvent happened)
    {
        if (happened.Introduced is { } introduced)
            yield return new(RangeEventKind.Introduced, introduced is "0" ? null : texts.Parse(introduced));
        if (happened.Fixed is { } version)
            yield return new(RangeEventKind.Fixed, texts.Parse(version));
        if (happened.LastAffected is { } last)
            yield return new(RangeEventKind.LastAffected, texts.Parse(last));
    }

    /// <summary>
    /// Returns the version before which the range ends. There is none if one of the limits is <c>*</c> or no version.
    /// </summary>
    PythonVersion? GetLimit(List<OsvEvent> events)
    {
        var limits = events.Where(happened => happened.Limit is not null)
            .Select(happened => texts.Parse(happened.Limit!)).ToList();
        return limits.Contains(null) ? null : limits.Max();
    }
}
