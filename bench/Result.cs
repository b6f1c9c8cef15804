namespace Bench;

/// <summary>One line of the table.</summary>
/// <param name="Value">The ratio to the reference, or where there is none what was measured; the aim is about it.
/// </param>
/// <param name="Also">What else was seen.</param>
sealed record Result(
    string Scenario, string What, string Measured, string Reference, double Value, string Unit, Aim? Aim,
    string Also = "")
{
    /// <summary>Its bar in the chart; null: it has none.</summary>
    public Bar? Bar { get; init; }

    public bool IsMissed => Aim is not null && !Aim.IsMet(Value);

    public string Verdict => Aim is null ? "" : IsMissed ? "missed" : "met";
}
