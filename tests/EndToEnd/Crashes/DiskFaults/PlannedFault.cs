namespace EndToEnd.Crashes.DiskFaults;

/// <summary>A system call of a change that is to fail, by the place where it is made.</summary>
/// <param name="Site">The place: a call and its path.</param>
/// <param name="Skip">How often it succeeds there first.</param>
/// <param name="Error">The error, of errno(3).</param>
/// <param name="IsForGood">Whether it fails from then on, there and for all that is written.</param>
public sealed record PlannedFault(string Site, int Skip, int Error, bool IsForGood)
{
    static readonly int[] _errors = [DiskFault.InputOutput, DiskFault.NoSpace, DiskFault.Quota];

    /// <summary>How many of the calls that are made at one place fail, one after the other.</summary>
    static readonly int _mostTimes = CrashRun.IsFull ? 20 : 1;

    /// <summary>The rounds of a run: after all of a full one, each call has failed with each error.</summary>
    public static IEnumerable<int> Rounds => Enumerable.Range(0, CrashRun.IsFull ? _errors.Length : 1);

    /// <summary>Each of the calls that a change makes, failing once and for good.</summary>
    /// <param name="round">Which of the rounds it is: a call has another error in each.</param>
    /// <param name="changes">
    /// The places of the calls of changes of the kind, each place as often as the change calls there.
    /// </param>
    public static IReadOnlyList<PlannedFault> From(int round, params IReadOnlyList<string>[] changes)
    {
        var faults = from site in changes.SelectMany(calls => calls.CountBy(site => site)).GroupBy(site => site.Key)
                     from skip in Enumerable.Range(0, Math.Min(site.Max(change => change.Value), _mostTimes))
                     from isForGood in (bool[])[false, true]
                     select (site.Key, skip, isForGood);
        return
        [
            .. faults.Select((fault, i) => new PlannedFault(
                fault.Key, fault.skip, _errors[(i + round) % _errors.Length], fault.isForGood)),
        ];
    }

    /// <summary>
    /// Whether somebody has to be told although the change succeeded: what reads may be something else at the same time,
    /// which says so in its own way.
    /// </summary>
    public bool IsToldOfSuccess => SupervisedCall.IsWrite(Site.Split(' ')[0]);

    /// <inheritdoc/>
    public override string ToString() => $"{Site} fails {(IsForGood ? "for good" : "once")} with {Error}";
}
