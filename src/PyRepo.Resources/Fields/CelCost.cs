namespace PyRepo.Resources.Fields;

/// <summary>What an API server thinks a rule costs at most, before it takes a definition.</summary>
static class CelCost
{
    /// <summary>Half of what Kubernetes 1.30 allows a rule (StaticEstimatedCostLimit), with its message.</summary>
    const double Budget = 5_000_000;

    const double StringTraversalCostFactor = 0.1;
    const double RegexStringLengthCostFactor = 0.25;

    /// <summary>The bytes of a character, at most.</summary>
    const int MaxBytesPerCharacter = 4;

    /// <summary>Whether a form may be matched by CEL with every one of so many texts.</summary>
    public static bool IsWithinBudget(string? pattern, int maxLength, long items) =>
        pattern is null || (1 + (StringTraversalCostFactor * MaxBytesPerCharacter * maxLength)) * RegexStringLengthCostFactor * pattern.Length * items <= Budget;
}
