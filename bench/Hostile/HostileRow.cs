using System.Globalization;
using Bench.Hostile.Clients;
using Bench.Hostile.Measuring;

namespace Bench.Hostile;

/// <summary>What one load cost, and what honest clients saw of it.</summary>
/// <param name="FetchedAgain">The kept files that upstream was asked for again.</param>
/// <param name="Attacker">What the attacker saw.</param>
/// <param name="Aftermath">Whether the same process serves afterwards.</param>
sealed record HostileRow(
    HostileLoad Load, TimeSpan Time, Footprint Cost, HonestReport Honest, int FetchedAgain, string Attacker,
    string Aftermath)
{
    static readonly string[] _columns =
    [
        "load", "s", "CPU, s", "memory before → peak → after, MiB", "descriptors before → peak", "log, KiB",
        "data on disk, peak MiB", "honest requests", "kept files fetched again", "what the attacker saw", "afterwards",
    ];

    public static string Head =>
        $"| {string.Join(" | ", _columns)} |\n|{string.Concat(_columns.Select(_ => "---|"))}\n";

    public override string ToString()
    {
        string[] cells =
        [
            Load.Title, Text(Time.TotalSeconds), Cost.Cpu.ToString("N1", CultureInfo.InvariantCulture),
            $"{Mebibytes(Cost.Before)} → {Mebibytes(Cost.Peak)} → {Mebibytes(Cost.After)}",
            $"{Cost.DescriptorsBefore} → {Cost.DescriptorsPeak}", Text(Cost.Log / 1024.0), Mebibytes(Cost.Disk),
            Honest.Failed == 0 ? $"{Honest}" : $"{Honest} ({Honest.Failures})",
            $"{FetchedAgain} of {HonestContent.KeptFiles}", Attacker, Aftermath,
        ];
        return $"| {string.Join(" | ", cells)} |\n";
    }

    static string Mebibytes(long bytes) => Text(bytes / (double)(1 << 20));

    static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
