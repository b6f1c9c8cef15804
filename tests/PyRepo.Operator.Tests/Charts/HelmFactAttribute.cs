namespace PyRepo.Operator.Tests.Charts;

/// <summary>A test that renders the chart and asks a real API server; skipped where one of them is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HelmFactAttribute : FactAttribute
{
    /// <summary>Looks for them.</summary>
    public HelmFactAttribute() => Skip = Helm.Reason;
}
