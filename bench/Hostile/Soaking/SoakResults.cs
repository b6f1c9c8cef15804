using System.Globalization;
using Bench.Hostile.Clients;
using Bench.Hostile.Measuring;
using Bench.Measuring;

namespace Bench.Hostile.Soaking;

/// <summary>What a soak showed, printed and written as a chapter of the results.</summary>
/// <param name="Warm">The quiet minute after the warm-up.</param>
/// <param name="End">The quiet minute at the end, or what was last there of a server that ended.</param>
/// <param name="Death">How the server ended before its time; null: it did not.</param>
sealed record SoakResults(
    BenchOptions Options, ServerState Warm, ServerState End, string? Death, HonestReport Honest,
    IReadOnlyList<(HostileLoad Load, int Rounds, string Last)> Hostile)
{
    const string Chapter = "Hostile loads over time";
    const double Mebibyte = 1 << 20;

    /// <summary>Memory is where it was if it grew by no more than this.</summary>
    Aim Memory => Aim.AtMost(Math.Max(20, Warm.Resident / Mebibyte * 0.1));

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

        {Options.Minutes} minutes of hostile and honest load on one process, as in *Hostile loads*: some 40 honest
        requests a second (pages in random order, files, the list, an upload every 10 s), and all loads, but smaller, in
        random order, two at a time, at most 200 requests a second. Both figures are of a quiet minute: after the
        warm-up, and at the end.
        {(Death is null ? "" : $"\n**{Death}, before the time was over.**\n")}
        | | after the warm-up | at the end | difference | aim | |
        |---|---|---|---|---|---|
        | resident memory, MiB {Difference(Warm.Resident, End.Resident)} | {Memory} | {Verdict} |
        | data on disk, MiB {Difference(Warm.Disk, End.Disk)} | | |
        | descriptors | {Warm.Descriptors} | {End.Descriptors} | {End.Descriptors - Warm.Descriptors} | | |
        | memory at most, MiB | {Warm.Peak / Mebibyte:N0} | {End.Peak / Mebibyte:N0} | | | |
        | log, KiB a minute | | {(End.Log - Warm.Log) / 1024.0 / Options.Minutes:N1} | | | |

        Honest requests: {Honest.Asked:N0}, of which {Honest.Failed:N0} failed{Failures}
        and {Honest.Excused:N0} more while upstream was down. In its rounds *idle-connections* holds all connections
        that the server may have. 99 of 100 took at most {Honest.Usual.TotalMilliseconds:N0} ms, the slowest
        {Honest.Slowest.TotalMilliseconds:N0} ms.

        | load | rounds | what the last one saw |
        |---|---|---|
        {string.Join('\n', Hostile.Select(seen => $"| {seen.Load.Name} | {seen.Rounds} | {seen.Last} |"))}
        """);

    static string Difference(long warm, long end) => string.Create(CultureInfo.InvariantCulture,
        $"| {warm / Mebibyte:N0} | {end / Mebibyte:N0} | {(end - warm) / Mebibyte:N0}");

    double Grown => (End.Resident - Warm.Resident) / Mebibyte;

    string Verdict => Death is null && Memory.IsMet(Grown) ? "met" : "missed";

    string Failures => Honest.Failed == 0 ? "" : $" ({Honest.Failures})";
}
