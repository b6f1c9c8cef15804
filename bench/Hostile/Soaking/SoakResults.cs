using System.Globalization;
using Bench.Hostile.Clients;
using Bench.Hostile.Measuring;
using Bench.Measuring;

namespace Bench.Hostile.Soaking;

/// <summary>What a soak showed, printed and written as a chapter of the results.</summary>
sealed record SoakResults
{
    const string Chapter = "Hostile loads over time";
    const double Mebibyte = 1 << 20;

    static readonly Aim _memory = Aim.AtMost(1.15);
    static readonly Aim _none = Aim.AtMost(0);
    static readonly Aim _page = Aim.AtMost(150);

    public required BenchOptions Options { get; init; }

    /// <summary>The quiet minute after the warm-up.</summary>
    public required ServerState Warm { get; init; }

    /// <summary>The quiet minute at the end, or what was last there of a server that ended.</summary>
    public required ServerState End { get; init; }

    /// <summary>How the server ended before its time; null: it did not.</summary>
    public required string? Death { get; init; }

    public required HonestReport Honest { get; init; }

    /// <summary>One of the pages, from nginx at the same time.</summary>
    public required HonestReport Reference { get; init; }

    /// <summary>The answers that were 500, to whomever; null: the server cannot say any more.</summary>
    public required long? InternalErrors { get; init; }

    public required ConfigurationChanges Changes { get; init; }

    public required IReadOnlyList<(HostileLoad Load, int Rounds, string Last)> Hostile { get; init; }

    public void Write()
    {
        var text = Text();
        Console.WriteLine(text);
        if (Options.Results is { } file)
            ResultsFile.Write(file, Chapter, text);
    }

    string Text() => string.Create(CultureInfo.InvariantCulture, $"""
        {Machine.Describe(Options)}
        Load of the last minute: {Machine.Load} after.

        {Options.Minutes} minutes of hostile and honest load on one process, as in *Hostile loads*: some 50 honest
        requests a second to repositories of all kinds, each at the honest address (pages and files in random order,
        lists, an upload every 10 s), whose bytes are compared; and all loads, but smaller, in random order, two at a
        time, at most 200 requests a second. Every 20 s the configuration changes: a repository comes and another
        goes, and with it the members of a group; users, the policy of the proxy, its `projectTtl` and the names that
        a group reserves change. Both figures are of a quiet minute: after the warm-up, and at the end.
        {(Death is null ? "" : $"\n**{Death}, before the time was over.**\n")}
        | | after the warm-up | at the end | | aim | |
        |---|---|---|---|---|---|
        | resident memory, MiB | {Warm.Resident / Mebibyte:N0} | {End.Resident / Mebibyte:N0} | {Memory:0.00} × | {_memory} | {Verdict(_memory, Memory)} |
        | answers that were 500 | | | {InternalErrors} | {_none} | {Verdict(_none, InternalErrors ?? 1)} |
        | honest answers with wrong bytes | | | {Honest.Wrong} | {_none} | {Verdict(_none, Honest.Wrong)} |
        | p99 of an honest page, ms | | | {SlowestPage:N0} | {_page} | {Verdict(_page, SlowestPage)} |
        | changes that took no effect in 15 s | | | {Changes.Missed} of {Changes.Made} | {_none} | {Verdict(_none, Changes.Missed)} |
        | data on disk, MiB | {Warm.Disk / Mebibyte:N0} | {End.Disk / Mebibyte:N0} | | | |
        | descriptors | {Warm.Descriptors} | {End.Descriptors} | | | |
        | memory at most, MiB | {Warm.Peak / Mebibyte:N0} | {End.Peak / Mebibyte:N0} | | | |
        | log, KiB a minute | | {(End.Log - Warm.Log) / 1024.0 / Options.Minutes:N1} | | | |
        | CPU, s | {Warm.Cpu:N0} | {End.Cpu:N0} | | | |

        The slowest change was in effect after {Changes.Slowest.TotalSeconds:N1} s. Of {Honest.Asked:N0} honest
        requests {Honest.Failed:N0} failed{Failures}, and {Honest.Excused:N0} more that need upstream, while it was
        down or had just come back.

        | honest request | asked | failed | p99, ms | slowest, ms |
        |---|---|---|---|---|
        {string.Join('\n', Honest.Kinds.Concat(Reference.Kinds).Select(GetRow))}

        The last row is a hosted page as a file of nginx, asked for by the same client at the same time: what the
        machine and the client cost under this load.

        | load | rounds | what the last one saw |
        |---|---|---|
        {string.Join('\n', Hostile.Select(seen => $"| {seen.Load.Name} | {seen.Rounds} | {seen.Last} |"))}
        """);

    double Memory => End.Resident / (double)Warm.Resident;

    /// <summary>Of that kind of page which is slowest.</summary>
    double SlowestPage => Honest.Kinds.Where(kind => kind.What.Contains("page", StringComparison.Ordinal))
        .Max(kind => kind.Report.Usual.TotalMilliseconds);

    string Failures => Honest.Failed == 0 ? "" : $" ({Honest.Failures})";

    static string GetRow((string What, HonestReport Report) kind) => string.Create(CultureInfo.InvariantCulture,
        $"| {kind.What} | {kind.Report.Asked:N0} | {kind.Report.Failed:N0} | {kind.Report.Usual.TotalMilliseconds:N0} "
        + $"| {kind.Report.Slowest.TotalMilliseconds:N0} |");

    string Verdict(Aim aim, double value) => Death is null && aim.IsMet(value) ? "met" : "missed";
}
