using System.Globalization;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Why a rule hides a file or a project, or what it reports about a file.</summary>
/// <param name="Rule">
/// The name of the rule, as the resource spells its field: <c>minimumAge</c>; or <c>status</c>.
/// </param>
/// <param name="Entry">The entry of the rule that decided, such as <c>urllib3&lt;2</c>, or null.</param>
/// <param name="Reason">
/// The reason, as the end of a sentence about the file: <c>is blocked by 'urllib3&lt;2'</c>.
/// </param>
/// <param name="Since">Since when there has been a reason to hide it, or null if that is not known.</param>
/// <param name="Until">Until when it is hidden, or null if time alone does not change that.</param>
public sealed record Verdict(
    string Rule, string? Entry, string Reason, DateTimeOffset? Since = null, DateTimeOffset? Until = null)
{
    /// <summary>
    /// Returns the sentence for who asked for the file or the project: <c>'demo-1.0.tar.gz' is younger than 7d; hidden
    /// until 2026-12-01T10:00:00Z.</c>
    /// </summary>
    public string GetSentence(string name) =>
        $"'{name}' {Reason.TrimEnd('.')}{(Until is { } end ? $"; hidden until {FormatEnd(end)}" : "")}.";

    /// <summary>
    /// Returns the verdict that hides a file longest, or null if there is none: the first that time alone does not end,
    /// if there is one.
    /// </summary>
    public static Verdict? FindLongest(IReadOnlyCollection<Verdict> verdicts) =>
        verdicts.FirstOrDefault(verdict => verdict.Until is null) ?? verdicts.MaxBy(verdict => verdict.Until);

    /// <summary>
    /// Returns when a rule ends that holds for some time, or null if it is not known since when. Upstream may date a file
    /// near the end of time.
    /// </summary>
    public static DateTimeOffset? GetEnd(DateTimeOffset? since, TimeSpan length) =>
        since > DateTimeOffset.MaxValue - length ? DateTimeOffset.MaxValue : since + length;

    /// <summary>Returns when a rule ends as an RFC 3339 time in UTC, in whole seconds, and never too early.</summary>
    public static string FormatEnd(DateTimeOffset end) =>
        (end > _lastSecond ? end : end.AddTicks(TimeSpan.TicksPerSecond - 1)).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static readonly DateTimeOffset _lastSecond = DateTimeOffset.MaxValue.AddSeconds(-1);
}
