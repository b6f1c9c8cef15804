namespace Bench;

/// <summary>A row's bar in the chart: how many times as long as the reference it takes.</summary>
/// <param name="Reference">What it is measured against.</param>
/// <param name="Times">More than one: slower than the reference.</param>
/// <param name="Aim">At most so many times; null: there is no aim.</param>
sealed record Bar(string Label, string Reference, double Times, double? Aim)
{
    /// <summary>Whether it shows another server, next to pyrepo.</summary>
    public bool IsPeer { get; init; }

    public bool IsMissed => Times > Aim;

    public static Bar OfTime(string label, string reference, double times, double? aim) =>
        new(label, reference, times, aim);

    /// <summary>Where more is better: half the rate takes twice as long.</summary>
    public static Bar OfRate(string label, string reference, double rate, double? aim) =>
        new(label, reference, 1 / rate, 1 / aim);
}
