namespace PyRepo.Resources.Fields;

/// <summary>Estimates the cost of a CEL rule as an API server does before it accepts a CRD
/// (<see href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#resource-use-by-validation-functions">Resource
/// use by validation functions</see>).</summary>
static class CelCost
{
    /// <summary>Half of the limit of Kubernetes 1.30 for one rule and its message
    /// (<c>StaticEstimatedCostLimit</c>).</summary>
    const double Budget = 5_000_000;

    const double StringTraversalCostFactor = 0.1;
    const double RegexStringLengthCostFactor = 0.25;

    /// <summary>The longest UTF-8 encoding of a character, in bytes.</summary>
    const int MaxBytesPerCharacter = 4;

    /// <summary>Whether CEL may match a pattern against each of <paramref name="items"/> strings.</summary>
    public static bool IsWithinBudget(string? pattern, int maxLength, long items) =>
        pattern is null
        || (1 + (StringTraversalCostFactor * MaxBytesPerCharacter * maxLength))
            * RegexStringLengthCostFactor * pattern.Length * items <= Budget;
}
