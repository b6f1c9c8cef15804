using PyRepo.Resources.Reports;

namespace PyRepo.Server.Serving.Management;

/// <summary>How much a report shows.</summary>
/// <param name="Items">The number of items of each list.</param>
/// <param name="Refused">The number of refused files of each repository.</param>
/// <param name="TextLength">The number of characters of each text.</param>
/// <param name="Repositories">The number of repositories.</param>
sealed record StatusLimits(int Items, int Refused, int TextLength, int Repositories)
{
    /// <summary>
    /// The limits to try, one after the other, until the document is small enough. With the last one it always is.
    /// </summary>
    public static IReadOnlyList<StatusLimits> Steps { get; } =
    [
        new(20, 20, 500, 1000), new(10, 10, 300, 1000), new(5, 5, 200, 1000), new(2, 2, 150, 1000),
        new(1, 0, 80, 1000), new(1, 0, 40, 100), new(1, 0, 12, 65), new(1, 0, 12, 20),
    ];

    /// <summary>Returns the report with the first items of each list only, and counts of all.</summary>
    /// <remarks>
    /// The items that the operator acts on come first: fields that the server does not know, and references and fields
    /// without effect of the resource itself.
    /// </remarks>
    public ServerReport Bound(ServerReport report) => report with
    {
        ProblemCount = report.Problems.Count,
        Problems = First(report.Problems.OrderBy(p => !p.IsUnknownField)),
        FailingLoopCount = report.FailingLoops.Count,
        FailingLoops = [.. report.FailingLoops.Take(Items).Select(l => l with { Message = Cut(l.Message) })],
        NotSupportedYetCount = report.NotSupportedYet.Count,
        NotSupportedYet = First(report.NotSupportedYet.OrderBy(ReportedProblem.IsInMember)),
        BadReferenceCount = report.BadReferences.Count,
        BadReferences = First(report.BadReferences.OrderBy(r => r.IsOfMember)),
        RepositoryCount = report.Repositories.Count,
        Repositories = [.. report.Repositories.Take(Repositories).Select(Bound)],
    };

    /// <summary>Returns the report with the first refused files only, and the count of all.</summary>
    RepositoryReport Bound(RepositoryReport report) => report with
    {
        Message = CutIfAny(report.Message),
        RefusedCount = report.Refused.Count,
        Refused = FirstRefused(report.Refused),
        Storage = report.Storage is { } storage ? Bound(storage) : null,
        ReadOnly = CutIfAny(report.ReadOnly),
        DiskFailure = report.DiskFailure is { } failure
            ? failure with { Key = Cut(failure.Key), Message = Cut(failure.Message) }
            : null,
        Upstream = report.Upstream is { } upstream ? upstream with { LastError = CutIfAny(upstream.LastError) } : null,
        Mirror = report.Mirror is { } mirror ? mirror with { Messages = First(mirror.Messages) } : null,
        CacheLimit = CutIfAny(report.CacheLimit),
        Advisories = report.Advisories is { } advisories
            ? advisories with { LastError = CutIfAny(advisories.LastError) }
            : null,
        Held = report.Held is { } held ? held with { First = First(held.First) } : null,
        Compromised = report.Compromised is { } found ? found with { First = First(found.First) } : null,
        Backup = report.Backup is { } backup
            ? backup with
            {
                Request = CutIfAny(backup.Request),
                Requested = CutIfAny(backup.Requested),
                Failure = CutIfAny(backup.Failure),
                NotRemoved = CutIfAny(backup.NotRemoved),
            }
            : null,
        Policy = report.Policy is { } policy ? policy with { First = First(policy.First) } : null,
    };

    StorageReport Bound(StorageReport report) => report with
    {
        Replica = CutIfAny(report.Replica),
        Others = report.Others is { } others ? First(others) : null,
        Code = CutIfAny(report.Code),
        Message = CutIfAny(report.Message),
    };

    Dictionary<string, string> FirstRefused(IReadOnlyDictionary<string, string> refused)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, reason) in refused.OrderBy(r => r.Key, StringComparer.Ordinal).Take(Refused))
            first[Cut(name)] = Cut(reason);
        return first;
    }

    ReportedProblem[] First(IEnumerable<ReportedProblem> problems) =>
        [.. problems.Take(Items).Select(p => p with { Source = Cut(p.Source), Message = Cut(p.Message) })];

    string[] First(IEnumerable<string> texts) => [.. texts.Take(Items).Select(Cut)];

    string? CutIfAny(string? text) => text is null ? null : Cut(text);

    /// <summary>Cuts a text that is too long.</summary>
    public string Cut(string text)
    {
        if (text.Length <= TextLength)
            return text;
        var length = char.IsHighSurrogate(text[TextLength - 1]) ? TextLength - 1 : TextLength;
        return $"{text.AsSpan(0, length)}…";
    }
}
