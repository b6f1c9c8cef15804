namespace PyRepo.Resources.Fields;

/// <summary>Estimates the cost of a CEL rule as an API server does before it accepts a CRD
/// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions">Resource
/// use by validation functions</see>).</summary>
static class CelCost
{
    /// <summary>The limit for one rule (<c>PerExpressionLimit</c>). All rules of a CRD together may cost ten times as
    /// much.</summary>
    const double MaxCost = 10_000_000;

    const double Budget = MaxCost / 2;

    /// <summary>Kubernetes 1.30 ignores the maximum length of a value that is an integer or a string, and takes it for
    /// as long as a request.</summary>
    const double MaxRequestBytes = 3 * 1024 * 1024;

    const double StringTraversalCostFactor = 0.1;
    const double RegexStringLengthCostFactor = 0.25;

    /// <summary>The longest UTF-8 encoding of a character, in bytes.</summary>
    const int MaxBytesPerCharacter = 4;

    /// <summary>Whether CEL may match a pattern against each of <paramref name="items"/> strings.</summary>
    public static bool IsWithinBudget(string? pattern, int maxLength, long items) =>
        pattern is null
        || (1 + (StringTraversalCostFactor * MaxBytesPerCharacter * maxLength))
            * RegexStringLengthCostFactor * pattern.Length * items <= Budget;

    /// <summary>Whether CEL may read each of <paramref name="items"/> quantities twice, as the rule for their form
    /// does.</summary>
    public static bool AreQuantitiesWithinBudget(long items) =>
        2 * StringTraversalCostFactor * MaxRequestBytes * items <= MaxCost;
}
