namespace Bench;

/// <summary>What a figure must be at most or at least.</summary>
sealed record Aim(double Limit, bool IsLeast)
{
    public static Aim AtLeast(double limit) => new(limit, IsLeast: true);

    public static Aim AtMost(double limit) => new(limit, IsLeast: false);

    public bool IsMet(double value) => IsLeast ? value >= Limit : value <= Limit;

    public override string ToString() => $"{(IsLeast ? '≥' : '≤')} {Results.Text(Limit, "0.###")}";
}
